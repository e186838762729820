using System;
using System.IO;

namespace VhdxFuse.Support;

/// <summary>What a disk is to its user: bytes that stay as written. The oracle that images are compared to.</summary>
public sealed class ReferenceDisk
{
    private const int CompareBytes = 1024 * 1024;
    private readonly SparseBytes _bytes;

    /// <summary>Makes a disk of zeros.</summary>
    public ReferenceDisk(long sizeBytes) => _bytes = new(sizeBytes);

    private ReferenceDisk(SparseBytes bytes) => _bytes = bytes;

    public long SizeBytes => _bytes.LengthBytes;

    public ReferenceDisk Clone() => new(_bytes.Clone());

    /// <summary>A copy that is cut off or goes on with zeros.</summary>
    public ReferenceDisk Resized(long sizeBytes)
    {
        SparseBytes bytes = _bytes.Clone();
        bytes.SetLength(sizeBytes);
        return new(bytes);
    }

    /// <summary>Reads; the range must lie on the disk.</summary>
    public void Read(long diskOffset, Span<byte> target)
    {
        CheckRange(diskOffset, target.Length);
        _bytes.Read(diskOffset, target);
    }

    public byte[] Read(long diskOffset, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        Read(diskOffset, bytes);
        return bytes;
    }

    /// <summary>All of a small disk.</summary>
    public byte[] ReadAll() => Read(0, checked((int)SizeBytes));

    /// <summary>Writes; the range must lie on the disk.</summary>
    public void Write(long diskOffset, ReadOnlySpan<byte> source)
    {
        CheckRange(diskOffset, source.Length);
        _bytes.Write(diskOffset, source);
    }

    public void WriteZeros(long diskOffset, long lengthBytes)
    {
        CheckRange(diskOffset, lengthBytes);
        _bytes.Clear(diskOffset, lengthBytes);
    }

    /// <summary>Compares every byte with what another reader of the same disk gives.</summary>
    /// <returns>The first offset that differs; null when none does.</returns>
    public long? FirstDifference(DiskRead other)
    {
        byte[] mine = new byte[CompareBytes];
        byte[] theirs = new byte[CompareBytes];
        for (long at = 0; at < SizeBytes; at += CompareBytes)
        {
            int length = (int)Math.Min(CompareBytes, SizeBytes - at);
            theirs.AsSpan().Fill(0xEE); // a reader that fills nothing is no equal
            Read(at, mine.AsSpan(0, length));
            other(at, theirs.AsSpan(0, length));
            int same = mine.AsSpan(0, length).CommonPrefixLength(theirs.AsSpan(0, length));
            if (same < length)
            {
                return at + same;
            }
        }

        return null;
    }

    /// <summary>Compares with a raw image that another program wrote.</summary>
    public long? FirstDifference(Stream raw) => FirstDifference((_, target) => raw.ReadExactly(target));

    private void CheckRange(long diskOffset, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(diskOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, SizeBytes - diskOffset);
    }
}
