using System;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>A file or block device of this machine.</summary>
/// <remarks>A file opened for reading isn't changed by it: not its bytes, not its access time (see
/// <see cref="FileOpenOptions"/>), and nothing is made beside it. Descriptors aren't passed on to child
/// processes.</remarks>
public sealed class LinuxFile : IImageFile
{
    private const int ZeroChunkBytes = Units.MiB;
    private readonly SafeFileHandle _handle;
    private readonly bool _writable;

    private LinuxFile(string path, SafeFileHandle handle, in FileStatus status, bool writable)
    {
        Path = path;
        _handle = handle;
        _writable = writable;
        Identity = status.Identity;
        LengthBytes = status.Type == FileStatus.BlockDevice ? DeviceLength() : (long)status.SizeBytes;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public long LengthBytes { get; private set; }

    /// <summary>Whether writers are kept away.</summary>
    public LockState LockState { get; private init; }

    /// <summary>Opens an image for reading: a regular file or a block device; <c>/dev/fd/N</c> is one of
    /// ours.</summary>
    /// <exception cref="VhdxException">NotVhdx: it is something else. Locked, AccessTimeAtRisk, Io.</exception>
    public static LinuxFile OpenRead(string path, FileOpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        using SafeFileHandle found = FileOpening.OpenPath(path, options.AllowAccessTimeUpdate);
        return OpenFound(found, path, options, devices: true);
    }

    /// <summary>Makes a file that doesn't exist yet, for writing and reading.</summary>
    /// <exception cref="VhdxException">Io: it exists, or can't be made.</exception>
    public static LinuxFile CreateNew(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        const uint mode = 0x1B6; // 0666, less the umask
        int descriptor = LibC.OpenAt(
            LibC.AtCurrentFolder,
            path,
            LibC.OpenReadWrite | LibC.OpenCreate | LibC.OpenExclusive | LibC.OpenCloseOnExec,
            mode);
        if (descriptor < 0)
        {
            throw SystemCall.Failed(path, "can't be made");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return new LinuxFile(path, handle, FileOpening.StatusOf(handle, path), writable: true);
    }

    /// <summary>What the file system says of the file now.</summary>
    /// <exception cref="VhdxException">Io.</exception>
    public FileFacts ReadFacts() =>
        FileFacts.Of(FileOpening.FullPathOf(_handle, Path), FileOpening.StatusOf(_handle, Path), LengthBytes);

    /// <inheritdoc/>
    public unsafe int Read(FileOffset at, Span<byte> target)
    {
        int done = 0;
        fixed (byte* start = target)
        {
            while (done < target.Length)
            {
                nint read = LibC.ReadAt(_handle, start + done, (nuint)(target.Length - done), at.Value + done);
                if (read == 0)
                {
                    break;
                }

                done += (int)Progress(read, "read", at + done);
            }
        }

        return done;
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        if (at.Value >= LengthBytes)
        {
            return new FileOffset(LengthBytes);
        }

        // The descriptor's own position is used by nothing else: all transfers name theirs.
        long next = LibC.Seek(_handle, at.Value, LibC.SeekData);
        return next >= 0 ? new FileOffset(long.Min(next, LengthBytes))
            : Marshal.GetLastPInvokeError() == LibC.Enxio ? new FileOffset(LengthBytes) : at;
    }

    /// <inheritdoc/>
    public unsafe void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        Invariant.Holds(_writable);
        int done = 0;
        fixed (byte* start = source)
        {
            while (done < source.Length)
            {
                nint written = LibC.WriteAt(_handle, start + done, (nuint)(source.Length - done), at.Value + done);
                done += (int)Progress(written, "write", at + done);
            }
        }

        LengthBytes = long.Max(LengthBytes, at.Value + source.Length);
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(_writable);
        long inside = long.Clamp(LengthBytes - at.Value, 0, lengthBytes);
        const int punch = LibC.FallocatePunchHole | LibC.FallocateKeepSize;
        if (inside > 0 && LibC.Allocate(_handle, punch, at.Value, inside) != 0)
        {
            byte[] zeros = new byte[(int)long.Min(inside, ZeroChunkBytes)];
            for (long done = 0; done < inside; done += zeros.Length)
            {
                Write(at + done, zeros.AsSpan(0, (int)long.Min(zeros.Length, inside - done)));
            }
        }

        if (at.Value + lengthBytes > LengthBytes)
        {
            SetLength(at.Value + lengthBytes);
        }
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        Invariant.Holds(_writable);
        if (LibC.Truncate(_handle, lengthBytes) != 0)
        {
            throw SystemCall.Failed(Path, $"can't be given a length of {lengthBytes} bytes");
        }

        LengthBytes = lengthBytes;
    }

    /// <summary>Makes every completed write durable. Never retried: after a failed fdatasync the kernel may have
    /// dropped the dirty pages.</summary>
    /// <exception cref="VhdxException">Io, for any errno.</exception>
    public void Flush()
    {
        Invariant.Holds(_writable);
        if (LibC.SyncData(_handle) != 0)
        {
            throw SystemCall.Failed(Path, "fdatasync failed");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Opens for reading what was found under a name and may be changed by another any time.</summary>
    internal static LinuxFile OpenFound(SafeFileHandle found, string path, FileOpenOptions options, bool devices)
    {
        FileStatus status = FileOpening.StatusOf(found, path);
        if (status.Type != FileStatus.RegularFile && !(devices && status.Type == FileStatus.BlockDevice))
        {
            throw new VhdxException(VhdxErrorKind.NotVhdx, path, $"is {NameOf(status.Type)}, not a disk image");
        }

        SafeFileHandle handle = FileOpening.Reopen(found, path, options.AllowAccessTimeUpdate);
        try
        {
            LockState lockState = ImageLock.TakeForReading(handle, path, options.ForceShare);
            return new LinuxFile(path, handle, FileOpening.StatusOf(handle, path), writable: false)
            {
                LockState = lockState,
            };
        }
        catch (VhdxException)
        {
            handle.Dispose();
            throw;
        }
    }

    private static string NameOf(int type) => type switch
    {
        FileStatus.Folder => "a folder",
        FileStatus.Fifo => "a FIFO",
        FileStatus.Socket => "a socket",
        FileStatus.CharacterDevice => "a character device",
        FileStatus.BlockDevice => "a block device",
        _ => "a special file",
    };

    private long DeviceLength()
    {
        long length = LibC.Seek(_handle, 0, LibC.SeekEnd);
        return length >= 0 ? length : throw SystemCall.Failed(Path, "its size can't be found");
    }

    private nint Progress(nint result, string what, FileOffset at)
    {
        if (result >= 0)
        {
            return result;
        }

        return Marshal.GetLastPInvokeError() == LibC.Eintr
            ? 0 : throw SystemCall.Failed(Path, $"{what} at {at} failed");
    }
}
