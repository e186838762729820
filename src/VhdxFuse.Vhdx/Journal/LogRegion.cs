using System;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>The log as a ring of sectors: reads that go round its end, and the arithmetic of positions. MS-VHDX
/// 2.3.</summary>
internal sealed class LogRegion
{
    private readonly IImageFile _file;

    /// <param name="file">Not owned.</param>
    /// <param name="start">Where the ring lies.</param>
    /// <param name="lengthBytes">A multiple of 1 MiB, not 0.</param>
    public LogRegion(IImageFile file, FileOffset start, uint lengthBytes)
    {
        Invariant.Holds(lengthBytes > 0);
        Invariant.Holds(lengthBytes % LogSector.SizeBytes == 0);
        _file = file;
        Start = start;
        SectorCount = lengthBytes / LogSector.SizeBytes;
    }

    public FileOffset Start { get; }

    public uint SectorCount { get; }

    public long LengthBytes => (long)SectorCount * LogSector.SizeBytes;

    public string ImagePath => _file.Path;

    public FileOffset FileOffsetOf(LogSector sector) => Start + sector.OffsetBytes;

    /// <summary>The position so many sectors on, round the end of the ring.</summary>
    public LogSector Advance(LogSector from, uint sectors)
    {
        Invariant.Holds(from.Value < SectorCount);
        Invariant.Holds(sectors <= SectorCount);
        ulong next = (ulong)from.Value + sectors; // cannot overflow: both are below 2^32
        return new LogSector((uint)(next % SectorCount));
    }

    /// <summary>Reads the first bytes of one sector.</summary>
    /// <param name="sector">Which.</param>
    /// <param name="target">At most one sector.</param>
    public void Peek(LogSector sector, Span<byte> target)
    {
        Invariant.Holds(target.Length <= LogSector.SizeBytes);
        _file.ReadExactly(FileOffsetOf(sector), target);
    }

    /// <summary>Reads whole sectors, round the end of the ring.</summary>
    /// <param name="from">The first.</param>
    /// <param name="target">A multiple of a sector, at most the whole ring.</param>
    public void Read(LogSector from, Span<byte> target)
    {
        Invariant.Holds(target.Length % LogSector.SizeBytes == 0);
        Invariant.Holds(target.Length <= LengthBytes);
        int beforeEnd = (int)long.Min(target.Length, LengthBytes - from.OffsetBytes);
        _file.ReadExactly(FileOffsetOf(from), target[..beforeEnd]);
        if (beforeEnd < target.Length)
        {
            _file.ReadExactly(Start, target[beforeEnd..]);
        }
    }
}
