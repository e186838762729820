using System.Collections.Generic;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>
/// The shape of a dirty log that Hyper-V left: an empty entry, then four for the only BAT page, with Tails past entries
/// whose page is not at home, and a file that grows from 4 to 36 MiB on the way. The BAT at home is all zero.
/// </summary>
public sealed class GenuineLogFixture
{
    private const int PageBytes = 4096;
    private const ulong FirstNumber = 80117443871106387;

    public GenuineLogFixture()
    {
        Image = new ImageDraft
        {
            DiskSizeBytes = Units.GiB,
            BlockSizeBytes = 32 * Units.MiB,
            FileLengthBytes = 36 * Units.MiB,
            Header1 = { SequenceNumber = 8 },
            Header2 = { SequenceNumber = 9 },
            Log = { FlushedFileOffset = 4 * Units.MiB, LastFileOffset = 4 * Units.MiB },
        };
        byte[] page = new byte[PageBytes];
        Image.Log.Put(0, FirstNumber, 0);
        Put(page, 4096, 1, 4096, (3, 2));
        Put(page, 12288, 2, 4096, (9, 2));
        Image.Log.LastFileOffset = 36 * Units.MiB;
        Put(page, 20480, 3, 4096, (0, 0x400006));
        Image.Log.FlushedFileOffset = 36 * Units.MiB;
        Put(page, 28672, 4, 20480, (31, 2));
    }

    public ImageDraft Image { get; }

    /// <summary>The BAT entries after replay; all others are zero.</summary>
    public static IReadOnlyDictionary<int, ulong> ExpectedBat { get; } =
        new Dictionary<int, ulong> { [0] = 0x400006, [3] = 2, [9] = 2, [31] = 2 };

    /// <summary>Builds the image; block 0, that the log makes present, is stamped with the seed 0.</summary>
    public MemoryImageFile Build()
    {
        MemoryImageFile file = Image.Build();
        byte[] block = new byte[Image.BlockSizeBytes];
        SectorStamp.Fill(0, block, 0);
        file.Write(new FileOffset(4 * Units.MiB), block);
        return file;
    }

    /// <summary>The disk after replay. Without it, all zeros.</summary>
    public ReferenceDisk ExpectedDisk() => new ImageDraft
    {
        DiskSizeBytes = Image.DiskSizeBytes,
        BlockSizeBytes = Image.BlockSizeBytes,
        Blocks = { [0] = PayloadBlock.Present(BlockContent.Stamped()) },
    }.ExpectedDisk();

    private void Put(byte[] page, uint position, ulong number, uint tail, (int Index, ulong Entry) change)
    {
        LittleEndian.Bytes(change.Entry).CopyTo(page, change.Index * BatEntry.SizeBytes);
        Image.Log.Put(position, FirstNumber + number, tail).Data((ulong)Image.Bat.FileOffset, page);
    }
}
