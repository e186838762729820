using System;
using System.Threading;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// A file's bytes at an address, for the kernel alone to read: a reply sent from there is copied once instead of twice.
/// Nobody here may touch them: where the file was cut off meanwhile the kernel answers EFAULT, and we would die.
/// </summary>
/// <remarks>
/// Only what the page cache holds is worth it: a mapping reads a cold disk in small pieces, and a plain read in large
/// ones. Page tables and resident pages are bounded by laying the mapping anew over itself; the kernel does that in one
/// step, so whoever reads meanwhile sees the file in the old or in the new one.
/// </remarks>
internal sealed class FileMapping : IDisposable
{
    /// <summary>Below it, what the page faults cost eats up what the copy would.</summary>
    public const int LeastBytes = 64 * Units.KiB;

    private const long MaxResidentBytes = 64L * Units.MiB;

    private readonly Descriptor _file;
    private readonly nint _start;
    private readonly nuint _lengthBytes;
    private volatile bool _isLost;
    private long _sinceLaid; // bytes handed out, an upper bound of what is resident

    private FileMapping(Descriptor file, nint start, nuint lengthBytes)
    {
        _file = file;
        _start = start;
        _lengthBytes = lengthBytes;
    }

    /// <summary>Maps a file for reading.</summary>
    /// <param name="file">Outlives the mapping.</param>
    /// <param name="lengthBytes">Of the file; at least 1.</param>
    /// <returns>Null where the kernel refuses, for want of address space or by the file system's choice.</returns>
    public static FileMapping? TryMake(Descriptor file, long lengthBytes)
    {
        Errno errno = LibC.Map(file, (nuint)lengthBytes, out nint start);
        return errno == Errno.None ? new FileMapping(file, start, (nuint)lengthBytes) : null;
    }

    /// <summary>Where a stretch of the file lies, if the page cache seems to hold it.</summary>
    /// <param name="at">The stretch lies inside the file.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <returns>0 when reading it is the better way.</returns>
    public nint Locate(long at, int lengthBytes)
    {
        Span<byte> last = stackalloc byte[1];
        if (_isLost || lengthBytes < LeastBytes || !LibC.TryReadCached(_file, at + lengthBytes - 1, last))
        {
            return 0;
        }

        if (Interlocked.Add(ref _sinceLaid, lengthBytes) > MaxResidentBytes
            && Interlocked.Exchange(ref _sinceLaid, 0) > MaxResidentBytes)
        {
            // A kernel that refuses may have taken the old one away already: then the addresses are nobody's.
            _isLost = LibC.MapAgain(_file, _start, _lengthBytes) != Errno.None;
        }

        return _isLost ? 0 : _start + (nint)at;
    }

    public void Dispose()
    {
        if (!_isLost)
        {
            LibC.Unmap(_start, _lengthBytes);
        }
    }
}
