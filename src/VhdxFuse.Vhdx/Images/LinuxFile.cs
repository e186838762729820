using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>An image file or a block device of Linux.</summary>
/// <remarks>
/// Opened for reading it is never changed: no byte, no timestamp, no name beside it. All reads are positioned, so any
/// number of threads may read. Writes that don't overlap may run at once too, and beside <see cref="SetLength"/> those
/// that lie inside the old and the new length.
/// <para>A block device can't change its size, so its length is kept here: cut off, it is only not used any more;
/// added again, it is filled with zeros first. The next open finds the whole device.</para>
/// </remarks>
public sealed class LinuxFile : IImageFile
{
    private const int ZeroChunkBytes = 256 * Units.KiB;

    private readonly Descriptor _file;
    private readonly bool _writable;
    private readonly bool _isInMemory;
    private readonly long? _capacityBytes; // of a block device
    private readonly FileLength _length; // a file opened for reading keeps its first
    private readonly Lazy<FileMapping?>? _mapping; // null where mapping is out of the question

    private LinuxFile(Descriptor file, string path, FileUse use)
    {
        _file = file;
        _writable = use == FileUse.ReadWrite;
        Path = path;
        Facts = ReadFacts(out StatX stat);
        _length = new FileLength(Facts.LengthBytes);
        _capacityBytes = stat.IsBlockDevice ? Facts.LengthBytes : null;
        var host = HostFileSystem.Of(file, stat);
        _isInMemory = host.IsInMemory;
        _mapping = !_writable && Facts.LengthBytes > 0 && host.IsUnchangedByMapping
            ? new(() => FileMapping.TryMake(_file, Facts.LengthBytes))
            : null;
        HidesOldBlocks = _writable && host.HidesOldBlocks;
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
    public long LengthBytes => _length.Bytes;

    /// <summary>Whether it is a block device, not a regular file.</summary>
    public bool IsBlockDevice => _capacityBytes is not null;

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

    /// <summary>Opens an image for reading and writing, and keeps all other writers away: QEMU, and programs that
    /// follow its locks.</summary>
    /// <param name="path">As for <see cref="OpenRead(string, FileOpenOptions)"/>.</param>
    /// <param name="options">Force-share makes no sense here.</param>
    /// <exception cref="VhdxException">NotVhdx: neither a regular file nor a block device. Locked: another process
    /// uses it and forbids writers, or writes itself. Io: everything else that the kernel says no to; a file system
    /// without locks, too.</exception>
    public static LinuxFile OpenWrite(string path, FileOpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ForceShare)
        {
            throw new ArgumentException("a file isn't written beside other writers", nameof(options));
        }

        using Descriptor named = FileOpening.Name(path, FileRole.Image, out bool linkFollowed);
        StatX stat = FileOpening.Inspect(named, path, FileRole.Image);
        Descriptor file = FileOpening.ReopenForWriting(named, path, stat, out AccessTimeGuard guard);
        return Locked(file, path, FileUse.ReadWrite, LockSet.ForWriting, guard, linkFollowed);
    }

    /// <summary>Makes an empty file for reading and writing.</summary>
    /// <param name="path">Where.</param>
    /// <param name="shownAs">What messages call it; null: the path.</param>
    /// <exception cref="VhdxException">Io: the name exists, or the file can't be made.</exception>
    public static LinuxFile CreateNew(string path, string? shownAs = null)
    {
        const int flags = OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive;
        FileOpening.RefuseNul(path);
        Errno errno = LibC.Open(Descriptor.WorkingFolder, PathText.ToBytes(path), flags, out Descriptor file);
        return errno == Errno.None
            ? new LinuxFile(file, shownAs ?? path, FileUse.ReadWrite)
            : throw ErrnoText.Failure(shownAs ?? path, "can't be made", errno);
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
    public bool TryReadCached(FileOffset at, Span<byte> target)
    {
        if (at.Value > LengthBytes - target.Length)
        {
            return false;
        }

        // tmpfs has no answer to the question whether a read would wait.
        return _isInMemory
            ? LibC.Read(_file, at.Value, target, out int readBytes) == Errno.None && readBytes == target.Length
            : LibC.TryReadCached(_file, at.Value, target);
    }

    /// <inheritdoc/>
    /// <remarks>0 for every file opened for writing.</remarks>
    public nint Locate(FileOffset at, int lengthBytes) => _mapping?.Value?.Locate(at.Value, lengthBytes) ?? 0;

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
        if (source.IsEmpty)
        {
            return; // it doesn't make a file longer
        }

        if (_capacityBytes is not null && at.Value + source.Length > LengthBytes)
        {
            SetLength(at.Value + source.Length); // what lies between must read as zeros
        }

        WriteBytes(at, source);
        _length.GrowTo(at.Value + source.Length);
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
        if (_capacityBytes is { } capacityBytes)
        {
            SetLengthOnDevice(lengthBytes, capacityBytes);
            return;
        }

        Errno errno = LibC.SetLength(_file, lengthBytes);
        if (errno != Errno.None)
        {
            throw ErrnoText.Failure(Path, $"can't be made {lengthBytes} bytes long", errno);
        }

        _ = _length.Set(lengthBytes);
    }

    /// <inheritdoc/>
    /// <remarks>False for every file opened for reading.</remarks>
    public bool HidesOldBlocks { get; }

    /// <inheritdoc/>
    /// <remarks>Where the file system can't take space ahead, holes are filled with zeros; where it can't tell holes
    /// either, nothing is done.</remarks>
    public void Allocate(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(_writable);
        Invariant.Holds(lengthBytes >= 0);
        Invariant.Holds(at.Value + lengthBytes <= LengthBytes);
        if (lengthBytes == 0 || _capacityBytes is not null)
        {
            return; // fallocate takes no empty range, and a device has all its space
        }

        Errno errno = LibC.TakeSpace(_file, at.Value, lengthBytes);
        if (errno is Errno.NotSupported or Errno.NotImplemented)
        {
            FillHoles(at.Value, at.Value + lengthBytes);
        }
        else if (errno != Errno.None)
        {
            throw Failure(at, "can't be given its space", errno);
        }
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
    public void Dispose()
    {
        if (_mapping is { IsValueCreated: true } mapping)
        {
            mapping.Value?.Dispose();
        }

        _file.Dispose();
    }

    internal static LinuxFile OpenRead(string path, FileOpenOptions options, FileRole role)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        using Descriptor named = FileOpening.Name(path, role, out bool linkFollowed);
        FileOpening.Inspect(named, path, role);
        Descriptor file = FileOpening.Reopen(named, path, options, out AccessTimeGuard guard);
        LockSet locks = options.ForceShare ? LockSet.ForReadingBesideWriters : LockSet.ForReading;
        return Locked(file, path, FileUse.Read, locks, guard, linkFollowed);
    }

    // Takes over the descriptor, also when it fails.
    private static LinuxFile Locked(
        Descriptor opened, string path, FileUse use, LockSet locks, AccessTimeGuard guard, bool linkFollowed)
    {
        Descriptor? file = opened;
        try
        {
            LockState state = ImageLock.Take(opened, locks, path);

            // Only now: length and timestamps of a file that nobody else changes any more.
            var made = new LinuxFile(opened, path, use)
            {
                LockState = state,
                AccessTimeGuard = guard,
                LinkFollowed = linkFollowed,
            };
            file = null; // it belongs to the object now
            return made;
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
            WriteOutZeros(at, lengthBytes);
            return;
        }

        if (errno != Errno.None)
        {
            throw Failure(at, "can't be filled with zeros", errno);
        }
    }

    private void WriteBytes(FileOffset at, ReadOnlySpan<byte> source)
    {
        Errno errno = LibC.Write(_file, at.Value, source);
        if (errno != Errno.None)
        {
            throw Failure(at, "can't be written", errno);
        }
    }

    private void WriteOutZeros(FileOffset at, long lengthBytes)
    {
        byte[] zeros = new byte[Math.Min(lengthBytes, ZeroChunkBytes)];
        for (long done = 0; done < lengthBytes; done += zeros.Length)
        {
            WriteBytes(at + done, zeros.AsSpan(0, (int)Math.Min(lengthBytes - done, zeros.Length)));
        }
    }

    // Never over data: only where the file system says that there are none.
    private void FillHoles(long at, long endBytes)
    {
        while (LibC.FindHole(_file, at, out long hole) == Errno.None && hole < endBytes)
        {
            bool dataFollow = LibC.FindData(_file, hole, out long data) == Errno.None;
            long holeEnd = dataFollow ? Math.Min(data, endBytes) : endBytes;
            Invariant.Holds(holeEnd > hole);
            WriteOutZeros(new FileOffset(hole), holeEnd - hole);
            at = holeEnd;
        }
    }

    private void SetLengthOnDevice(long lengthBytes, long capacityBytes)
    {
        if (lengthBytes > capacityBytes)
        {
            throw new VhdxException(
                VhdxErrorKind.NoSpace,
                Path,
                $"can't be made {lengthBytes} bytes long: the device has only {capacityBytes}");
        }

        long knownBytes = LengthBytes;
        if (lengthBytes > knownBytes)
        {
            ZeroInside(new FileOffset(knownBytes), lengthBytes - knownBytes);
        }

        _ = _length.Set(lengthBytes);
    }

    private VhdxException Failure(FileOffset at, string what, Errno errno) =>
        new(ErrnoText.KindOf(errno), Path, at, $"{what}: {ErrnoText.Of(errno)}");
}
