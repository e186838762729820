using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>A file, for reading, that claims to be longer than any file: so a block that ends behind the file keeps the
/// part that lies in it. A read beyond the real end comes back short.</summary>
/// <param name="below">Not owned.</param>
internal sealed class UnendingFile(IImageFile below) : IImageFile
{
    private const long ClaimedBytes = Units.MaxFileSizeBytes + Units.TiB; // behind every place that isn't a defect

    /// <summary>Where the file really ends.</summary>
    public long RealLengthBytes => below.LengthBytes;

    public string Path => below.Path;

    public string Identity => below.Identity;

    public long LengthBytes => ClaimedBytes;

    public bool HidesOldBlocks => false;

    public int Read(FileOffset at, Span<byte> target) => below.Read(at, target);

    public FileOffset NextData(FileOffset at)
    {
        long found = at.Value < below.LengthBytes ? below.NextData(at).Value : below.LengthBytes;
        return new FileOffset(found < below.LengthBytes ? found : ClaimedBytes);
    }

    public void Write(FileOffset at, ReadOnlySpan<byte> source) => throw Refusal();

    public void WriteZeros(FileOffset at, long lengthBytes) => throw Refusal();

    public void SetLength(long lengthBytes) => throw Refusal();

    public void Allocate(FileOffset at, long lengthBytes) => throw Refusal();

    public void Flush() => throw Refusal();

    public void Dispose()
    {
    }

    private static InvalidOperationException Refusal() => new("the file is here to be read");
}
