using System;
using System.Threading;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>An image file or a block device of Linux.</summary>
/// <remarks>
/// Opened for reading it is never changed: no byte, no timestamp, no name beside it. All reads are positioned, so any
/// number of threads may read. Writes that don't overlap may run at once too; <see cref="SetLength"/> runs alone.
/// </remarks>
public sealed class LinuxFile : IImageFile
{
    private const int ZeroChunkBytes = 256 * Units.KiB;

    private readonly Descriptor _file;
    private readonly bool _writable;
    private long _lengthBytes; // only by Interlocked; a file opened for reading keeps its first value

    private LinuxFile(Descriptor file, string path, FileUse use)
    {
        _file = file;
        _writable = use == FileUse.ReadWrite;
        Path = path;
        Facts = ReadFacts(out StatX stat);
        _lengthBytes = Facts.LengthBytes;
        Identity = stat.IsBlockDevice
            ? $"block {stat.NodeMajor}:{stat.NodeMinor}"
            : $"{stat.DeviceMajor}:{stat.DeviceMinor}:{stat.Inode}";
        string realPath = LibC.PathOf(file, out string found) == Errno.None ? found : "";
        RealPath = stat.LinkCount > 0 ? realPath : "";
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public long LengthBytes => Interlocked.Read(ref _lengthBytes);

    /// <summary>What the file system said when the file was opened.</summary>
    public FileFacts Facts { get; }

    /// <summary>How the file is protected from writers.</summary>
    public LockState LockState { get; private init; }

    /// <summary>What keeps our reading from changing the file's access time.</summary>
    public AccessTimeGuard AccessTimeGuard { get; private init; }

    /// <summary>
    /// Whether the path led through a symbolic link. Where the file system keeps access times, following a link changes
    /// that of the link itself (never that of the file), and no program can prevent it. True also where the kernel
    /// can't tell (before Linux 5.6).
    /// </summary>
    public bool LinkFollowed { get; private init; }

    /// <summary>Where the file lies once links are resolved; empty when it has no name any more.</summary>
    internal string RealPath { get; }

    /// <summary>Opens an image for reading and changes nothing: O_RDONLY, O_NOATIME, and read locks.</summary>
    /// <param name="path">Of a regular file or a block device; <c>/dev/fd/N</c> opens the file behind a descriptor of
    /// this process once more.</param>
    /// <param name="options">What may be risked.</param>
    /// <exception cref="VhdxException">NotVhdx: neither of them. AccessTimeAtRisk: reading would change the access
    /// time. Locked: another process writes to it. Io: everything else that the kernel says no to.</exception>
    public static LinuxFile OpenRead(string path, FileOpenOptions options) =>
        OpenRead(path, options, FileRole.Image);

    /// <summary>Makes an empty file for reading and writing.</summary>
    /// <exception cref="VhdxException">Io: the name exists, or the file can't be made.</exception>
    public static LinuxFile CreateNew(string path)
    {
        const int flags = OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive;
        FileOpening.RefuseNul(path);
        Errno errno = LibC.Open(Descriptor.WorkingFolder, PathText.ToBytes(path), flags, out Descriptor file);
        return errno == Errno.None
            ? new LinuxFile(file, path, FileUse.ReadWrite)
            : throw ErrnoText.Failure(path, "can't be made", errno);
    }

    /// <summary>What the file system says now: equal to <see cref="Facts"/> while nothing has changed.</summary>
    public FileFacts ReadFacts() => ReadFacts(out _);

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        long restBytes = LengthBytes - at.Value;
        if (restBytes < target.Length)
        {
            target = target[..(int)Math.Max(restBytes, 0)]; // below the length of a span
        }

        Errno errno = LibC.Read(_file, at.Value, target, out int readBytes);
        return errno == Errno.None ? readBytes : throw Failure(at, "can't be read", errno);
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        long lengthBytes = LengthBytes;
        if (at.Value >= lengthBytes)
        {
            return at;
        }

        // The descriptor's own position moves, and nobody reads by it.
        return LibC.FindData(_file, at.Value, out long found) switch
        {
            Errno.None => new FileOffset(Math.Min(found, lengthBytes)),
            Errno.NoSuchDeviceOrAddress => new FileOffset(lengthBytes),
            _ => at,
        };
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        Invariant.Holds(_writable);
        Errno errno = LibC.Write(_file, at.Value, source);
        if (errno != Errno.None)
        {
            throw Failure(at, "can't be written", errno);
        }

        Grow(at.Value + source.Length);
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(_writable);
        Invariant.Holds(lengthBytes >= 0);
        long knownBytes = LengthBytes;
        long end = checked(at.Value + lengthBytes);
        long inside = Math.Min(end, knownBytes) - at.Value;
        if (inside > 0)
        {
            ZeroInside(at, inside);
        }

        if (lengthBytes > 0 && end > knownBytes)
        {
            // One byte at the end and a hole before it. Not ftruncate: beside a write that has just reached further
            // it would cut that write off.
            Write(new FileOffset(end - 1), [0]);
        }
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(_writable);
        Invariant.Holds(lengthBytes >= 0);
        Errno errno = LibC.SetLength(_file, lengthBytes);
        if (errno != Errno.None)
        {
            throw ErrnoText.Failure(Path, $"can't be made {lengthBytes} bytes long", errno);
        }

        Interlocked.Exchange(ref _lengthBytes, lengthBytes);
    }

    /// <inheritdoc/>
    public bool HidesOldBlocks => false;

    /// <inheritdoc/>
    public void Allocate(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(_writable);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        Invariant.Holds(_writable);
        Errno errno = LibC.Flush(_file);
        if (errno != Errno.None)
        {
            throw ErrnoText.Failure(Path, "can't be made durable", errno);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    internal static LinuxFile OpenRead(string path, FileOpenOptions options, FileRole role)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        using Descriptor named = FileOpening.Name(path, role, out bool linkFollowed);
        FileOpening.Inspect(named, path, role);
        Descriptor? file = FileOpening.Reopen(named, path, options, out AccessTimeGuard guard);
        try
        {
            LockSet locks = options.ForceShare ? LockSet.ForReadingBesideWriters : LockSet.ForReading;
            LockState state = ImageLock.Take(file, locks, path);

            // Only now: length and timestamps of a file that nobody changes any more.
            var opened = new LinuxFile(file, path, FileUse.Read)
            {
                LockState = state,
                AccessTimeGuard = guard,
                LinkFollowed = linkFollowed,
            };
            file = null; // it belongs to the object now
            return opened;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private FileFacts ReadFacts(out StatX stat)
    {
        stat = FileOpening.Stat(_file, Path);
        if (!stat.IsBlockDevice)
        {
            return FileFacts.From(stat, checked((long)stat.SizeInBytes));
        }

        Errno errno = LibC.FindEnd(_file, out long capacityBytes);
        return errno == Errno.None
            ? FileFacts.From(stat, capacityBytes)
            : throw ErrnoText.Failure(Path, "doesn't tell its capacity", errno);
    }

    private void ZeroInside(FileOffset at, long lengthBytes)
    {
        Errno errno = LibC.PunchZeros(_file, at.Value, lengthBytes);
        if (errno is Errno.NotSupported or Errno.NotImplemented or Errno.InvalidArgument)
        {
            errno = LibC.MarkZeros(_file, at.Value, lengthBytes);
        }

        if (errno is Errno.NotSupported or Errno.NotImplemented or Errno.InvalidArgument)
        {
            byte[] zeros = new byte[Math.Min(lengthBytes, ZeroChunkBytes)];
            for (long done = 0; done < lengthBytes; done += zeros.Length)
            {
                Write(at + done, zeros.AsSpan(0, (int)Math.Min(lengthBytes - done, zeros.Length)));
            }

            return;
        }

        if (errno != Errno.None)
        {
            throw Failure(at, "can't be filled with zeros", errno);
        }
    }

    private void Grow(long endBytes)
    {
        long known = LengthBytes;
        while (known < endBytes)
        {
            long seen = Interlocked.CompareExchange(ref _lengthBytes, endBytes, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }

    private VhdxException Failure(FileOffset at, string what, Errno errno) =>
        new(VhdxErrorKind.Io, Path, at, $"{what}: {ErrnoText.Of(errno)}");
}
