using System;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Images;

/// <summary>A file in memory where a test may act, or fail, in the middle of a call.</summary>
public sealed class HookedImageFile(MemoryImageFile inner) : IImageFile
{
    /// <summary>Called before a range is zeroed.</summary>
    public Action BeforeZeros { get; set; } = () => { };

    /// <summary>Called when a hole was looked for, before the answer is given.</summary>
    public Action AfterNextData { get; set; } = () => { };

    /// <summary>Called where a file system without fallocate has found a hole and not yet filled it with zeros; null:
    /// it has fallocate.</summary>
    public Action? DuringFill { get; set; }

    /// <summary>How long the file can be.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public string Path => inner.Path;

    public string Identity => inner.Identity;

    public long LengthBytes => inner.LengthBytes;

    public bool HidesOldBlocks => inner.HidesOldBlocks;

    public int Read(FileOffset at, Span<byte> target) => inner.Read(at, target);

    public FileOffset NextData(FileOffset at)
    {
        FileOffset next = inner.NextData(at);
        AfterNextData();
        return next;
    }

    public void Write(FileOffset at, ReadOnlySpan<byte> source) => inner.Write(at, source);

    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        BeforeZeros();
        inner.WriteZeros(at, lengthBytes);
    }

    public void SetLength(long lengthBytes)
    {
        if (lengthBytes > CapacityBytes)
        {
            throw new VhdxException(VhdxErrorKind.NoSpace, Path, "the device has no more");
        }

        inner.SetLength(lengthBytes);
    }

    public void Allocate(FileOffset at, long lengthBytes)
    {
        bool isHole = inner.NextData(at) > at;
        if (DuringFill is { } during && isHole)
        {
            during();
            inner.Write(at, new byte[lengthBytes]);
        }
    }

    public void Flush() => inner.Flush();

    public void Dispose() => inner.Dispose();
}
