using System;
using System.Threading;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// An image file whose n-th call fails, or whose end is nearer than its length says. A test counts the calls of a run
/// without faults, then runs once for each n. Owns the file below.
/// </summary>
public sealed class FaultyImageFile(IImageFile inner) : IImageFile
{
    private long _calls;

    /// <summary>Which calls are counted and can fail.</summary>
    public FileCalls Watched { get; init; } = FileCalls.All;

    /// <summary>The watched call that fails, the first being 1. 0: none.</summary>
    public long FailedCall { get; set; }

    /// <summary>Whether all later watched calls fail too, as on a disk that is gone.</summary>
    public bool StaysBroken { get; init; }

    /// <summary>What the failing calls say.</summary>
    public VhdxErrorKind Kind { get; init; } = VhdxErrorKind.Io;

    /// <summary>The call that failed last, and where; null: none yet.</summary>
    public (FileCalls Call, long At)? LastFailure { get; private set; }

    /// <summary>How many bytes of a failing write still reach the file.</summary>
    public int BytesBeforeFailure { get; init; }

    /// <summary>Where reads end although <see cref="LengthBytes"/> says more: somebody cut the file.</summary>
    public long? CutAtBytes { get; set; }

    /// <summary>How many watched calls there were, failed ones too.</summary>
    public long CallCount => Interlocked.Read(ref _calls);

    public string Path => inner.Path;

    public string Identity => inner.Identity;

    public long LengthBytes => inner.LengthBytes;

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        ThrowIfDue(FileCalls.Read, at.Value);
        long end = CutAtBytes ?? long.MaxValue;
        return inner.Read(at, target[..(int)Math.Clamp(end - at.Value, 0, target.Length)]);
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        ThrowIfDue(FileCalls.NextData, at.Value);
        return inner.NextData(at);
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        if (IsDue(FileCalls.Write))
        {
            inner.Write(at, source[..Math.Min(BytesBeforeFailure, source.Length)]);
            throw Failure(FileCalls.Write, at.Value);
        }

        inner.Write(at, source);
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        ThrowIfDue(FileCalls.WriteZeros, at.Value);
        inner.WriteZeros(at, lengthBytes);
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        ThrowIfDue(FileCalls.SetLength, lengthBytes);
        inner.SetLength(lengthBytes);
    }

    public bool HidesOldBlocks => inner.HidesOldBlocks;

    /// <inheritdoc/>
    public void Allocate(FileOffset at, long lengthBytes)
    {
        ThrowIfDue(FileCalls.Allocate, at.Value);
        inner.Allocate(at, lengthBytes);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        ThrowIfDue(FileCalls.Flush, 0);
        inner.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private void ThrowIfDue(FileCalls call, long at)
    {
        if (IsDue(call))
        {
            throw Failure(call, at);
        }
    }

    private bool IsDue(FileCalls call)
    {
        if (!Watched.HasFlag(call))
        {
            return false;
        }

        long number = Interlocked.Increment(ref _calls);
        return FailedCall != 0 && (number == FailedCall || (StaysBroken && number > FailedCall));
    }

    private VhdxException Failure(FileCalls call, long at)
    {
        LastFailure = (call, at);
        return new VhdxException(
            Kind, Path, new FileOffset(at), $"{call} failed as the test wanted (call {CallCount})");
    }
}
