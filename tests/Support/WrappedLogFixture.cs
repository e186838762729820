using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// A clean image, but for five log entries of two sectors each that wrap around the ring's end: numbers 100 to 104,
/// each with one page full of A1 to A5. QEMU 7.2 applies only the last two. Bend the entries before building.
/// </summary>
/// <remarks>Expected with a wrong checksum in 104: A1 to A4; in 102: A1 and A2. With Tail of 104 at 4096: A4 and A5; at
/// 8192, within an entry: no valid sequence.</remarks>
public sealed class WrappedLogFixture
{
    public const uint Start = 1028096;
    public const int PageBytes = 4096;
    private static readonly uint[] Positions = [Start, 1036288, 1044480, 4096, 12288];

    public WrappedLogFixture()
    {
        for (int i = 0; i < Positions.Length; i++)
        {
            Image.Log.Put(Positions[i], 100 + (ulong)i, Start).Data((ulong)PageAt(i).Value, PageValue(i));
        }
    }

    public ImageDraft Image { get; } = new();

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<LogEntryDraft> Entries => [.. Enumerable.Range(0, Positions.Length).Select(Image.Log.Entry)];

    /// <summary>Where the page of the n-th entry goes: unused space of the metadata region, zeros so far.</summary>
    public FileOffset PageAt(int index) =>
        new(Image.Metadata.FileOffset + (Units.MiB / 2) + (index * PageBytes));

    /// <summary>What fills the page of the n-th entry.</summary>
    public static byte PageValue(int index) => (byte)(0xA1 + index);
}
