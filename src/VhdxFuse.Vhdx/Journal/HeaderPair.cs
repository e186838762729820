using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>The two headers and which of them is current. MS-VHDX 2.2.2 (R-HDR-1, R-HDR-2, R-HDR-4).</summary>
/// <param name="Current">The only valid one, or the one with the greater sequence number; all data come from it,
/// also where the other one has another DataWriteGuid (R-HDR-5, T-9).</param>
/// <param name="CurrentSlot">0 or 1.</param>
/// <param name="Other">The header in the other slot; null when it is torn.</param>
internal sealed record HeaderPair(VhdxHeader Current, int CurrentSlot, VhdxHeader? Other)
{
    private static readonly FileOffset FirstSlot = new(64 * Units.KiB);
    private static readonly FileOffset SecondSlot = new(128 * Units.KiB);

    public static FileOffset OffsetOf(int slot) => slot == 0 ? FirstSlot : SecondSlot;

    /// <exception cref="VhdxException">Corrupt: no header is current.</exception>
    public static HeaderPair Read(IImageFile file)
    {
        byte[] first = new byte[VhdxHeader.SizeBytes];
        byte[] second = new byte[VhdxHeader.SizeBytes];
        file.ReadExactly(FirstSlot, first);
        file.ReadExactly(SecondSlot, second);
        return Choose(file.Path, first, second);
    }

    internal static HeaderPair Choose(string image, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool firstValid = VhdxHeader.TryRead(first, out VhdxHeader a);
        bool secondValid = VhdxHeader.TryRead(second, out VhdxHeader b);
        return (firstValid, secondValid) switch
        {
            (false, false) => throw new VhdxException(
                VhdxErrorKind.Corrupt, image, FirstSlot, "neither header has a signature and a checksum that match"),
            (true, false) => new HeaderPair(a, 0, null),
            (false, true) => new HeaderPair(b, 1, null),
            _ when a.SequenceNumber > b.SequenceNumber => new HeaderPair(a, 0, b),
            _ when b.SequenceNumber > a.SequenceNumber => new HeaderPair(b, 1, a),

            // R-HDR-3: Disk2VHD writes the same header twice.
            _ when first.SequenceEqual(second) => new HeaderPair(a, 0, b),
            _ => throw new VhdxException(
                VhdxErrorKind.Corrupt,
                image,
                FirstSlot,
                $"both headers have sequence number {a.SequenceNumber} but differ: neither is current"),
        };
    }
}
