using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>The images that scripts run on. Structures lie at 1 MiB (log), 2 (metadata) and 3 (table); blocks have
/// 1 MiB.</summary>
internal static class Settings
{
    public const string ParentPath = "/memory/parent.vhdx";
    public const string ImagePath = "/memory/crash.vhdx";

    /// <summary>Empty.</summary>
    public static Setting Dynamic { get; } = new()
    {
        Name = "dynamic",
        Image = PagesOf(NewDraft()),
        Blocks = [0, 1, 2, 3],
    };

    /// <summary>Empty, and the file grows block by block, so that space is used again.</summary>
    public static Setting Tight { get; } = Dynamic with { Name = "tight", ExtensionBytes = Units.MiB };

    /// <summary>Empty, and its blocks have their entries on two pages of the table.</summary>
    public static Setting TwoPages { get; } = new()
    {
        Name = "two pages",
        Image = PagesOf(NewDraft(diskBytes: Units.GiB)),
        Blocks = [0, 600, 1, 601],
    };

    /// <summary>One block, free space before and behind it, and old bytes in all of that.</summary>
    public static Setting DirtySpace { get; } = new()
    {
        Name = "dirty space",
        Image = WithStaleBytes(PagesOf(WithHole()), 4, 5, 7, 8),
        Blocks = [0, 1, 2, 3],
        ExtensionBytes = Units.MiB,
    };

    /// <summary>A file that ends inside what the next block would take, with old bytes there.</summary>
    public static Setting OddLength { get; } = new()
    {
        Name = "odd length",
        Image = Cut(WithStaleBytes(PagesOf(NewDraft()), 4), (4 * Units.MiB) + (3 * 512)),
        Blocks = [0, 1, 2, 3],
        ExtensionBytes = 2 * Units.MiB,
    };

    /// <summary>Blocks in the states 0, 2, 6, 7 and 0 over a full parent; the bitmap has ones for all that isn't
    /// there.</summary>
    public static Setting Child { get; } = NewChild("child", withBitmap: true);

    /// <summary>The same without a bitmap block, so without a block in state 7.</summary>
    public static Setting ChildWithoutBitmap { get; } = NewChild("child without bitmap", withBitmap: false);

    /// <summary>A child whose file ends inside what the next block would take: there a part of a block is written
    /// without the rest, and no bitmap block has to be made behind it.</summary>
    public static Setting OddChild { get; } = Child with
    {
        Name = "odd child",
        Image = Cut(Child.Image.Clone(), Child.Image.LengthBytes + (3 * 512)),
    };

    /// <summary>A child whose file grows by many blocks at once, so that most flushes need none of the payload for the
    /// length's sake.</summary>
    public static Setting RoomyChild { get; } = Child with { Name = "roomy child", ExtensionBytes = null };

    /// <summary>What compacting finds something to do with: a block of zeros, a place kept for nothing, blocks far
    /// behind free space, and old bytes in all that.</summary>
    public static Setting Scattered { get; } = new()
    {
        Name = "scattered",
        Image = WithStaleBytes(PagesOf(WithScatteredBlocks(NewDraft())), 4, 6, 7, 8, 10, 11),
        Blocks = [0, 1, 2, 3, 5],
        ExtensionBytes = Units.MiB,
    };

    /// <summary>The same over a full parent, with blocks in state 7: one without content of its own, one
    /// with.</summary>
    public static Setting ScatteredChild { get; } = NewScatteredChild();

    public static IReadOnlyList<Setting> All { get; } =
        [Dynamic, Tight, TwoPages, DirtySpace, OddLength, Child, ChildWithoutBitmap, OddChild, RoomyChild,
        Scattered, ScatteredChild];

    public static Setting Named(string name) => All.First(setting => setting.Name == name);

    private static ImageDraft NewDraft(long diskBytes = 8 * Units.MiB) => new()
    {
        Path = ImagePath,
        DiskSizeBytes = diskBytes,
        BlockSizeBytes = Units.MiB,
    };

    private static ImageDraft WithHole()
    {
        ImageDraft draft = NewDraft();
        draft.Blocks[0] = Original(0) with { FileOffsetMiB = 6 };
        draft.FileLengthBytes = 9 * Units.MiB;
        return draft;
    }

    private static ImageDraft WithScatteredBlocks(ImageDraft draft)
    {
        draft.Blocks[0] = Original(0) with { FileOffsetMiB = 12 };
        draft.Blocks[1] = PayloadBlock.Present(BlockContent.Zeros) with { FileOffsetMiB = 5 };
        draft.Blocks[2] = Original(2) with { FileOffsetMiB = 9 };
        draft.Blocks[3] = Original(3) with { FileOffsetMiB = 14 };
        draft.Blocks[5] = PayloadBlock.InState(PayloadBlockState.Unmapped, fileOffsetMiB: 6);
        draft.FileLengthBytes = 16 * Units.MiB;
        return draft;
    }

    private static Setting NewScatteredChild()
    {
        ImageDraft parent = FullParent();
        ImageDraft child = WithScatteredBlocks(parent.NewChild(ImagePath));
        child.Blocks[0] = PayloadBlock.Partial(BlockContent.Zeros, 1) with { FileOffsetMiB = 12 };
        child.Blocks[3] = Original(3) with
        {
            FileOffsetMiB = 14,
            State = PayloadBlockState.PartiallyPresent,
            SetBits = [1, 1024],
        };
        child.Bitmaps[0] = new BitmapBlock { FileOffsetMiB = 15, Background = 0xFF };
        return new Setting
        {
            Name = "scattered child",
            Image = WithStaleBytes(PagesOf(child), 4, 6, 7, 8, 10, 11),
            Parent = PagesOf(parent),
            Blocks = [0, 1, 2, 3, 4, 5],
            ExtensionBytes = Units.MiB,
        };
    }

    private static ImageDraft FullParent()
    {
        ImageDraft parent = NewDraft();
        parent.Path = ParentPath;
        for (int block = 0; block < 8; block++)
        {
            parent.Blocks[block] = Original(block);
        }

        return parent;
    }

    private static Setting NewChild(string name, bool withBitmap)
    {
        ImageDraft parent = FullParent();
        ImageDraft child = parent.NewChild(ImagePath);
        child.Blocks[1] = PayloadBlock.InState(PayloadBlockState.Zero);
        child.Blocks[2] = Original(2);
        if (withBitmap)
        {
            child.Blocks[3] = Original(3) with { State = PayloadBlockState.PartiallyPresent, SetBits = [1, 1024] };
            child.Bitmaps[0] = new BitmapBlock { Background = 0xFF };
        }

        return new Setting
        {
            Name = name,
            Image = PagesOf(child),
            Parent = PagesOf(parent),
            Blocks = [0, 1, 2, 3, 4],
            ExtensionBytes = Units.MiB,
        };
    }

    private static PayloadBlock Original(long block) => PayloadBlock.Present(BlockContent.From((offset, target) =>
    {
        target.Clear();
        foreach (int sector in Setting.FollowedInBlock)
        {
            long at = (block * Units.MiB) + (sector * SectorValue.SectorBytes) - offset;
            if (at >= 0 && at < target.Length)
            {
                SectorValue.Fill(
                    target.Slice((int)at, SectorValue.SectorBytes),
                    (offset + at) / SectorValue.SectorBytes,
                    SectorValue.FirstOriginal + (ulong)block);
            }
        }
    }));

    private static PagedBytes WithStaleBytes(PagedBytes image, params int[] placesMiB)
    {
        byte[] sector = new byte[SectorValue.SectorBytes];
        foreach (int place in placesMiB)
        {
            foreach (int index in Setting.FollowedInBlock)
            {
                SectorValue.Fill(sector, index, SectorValue.FirstStale + (ulong)place);
                image.Write(((long)place * Units.MiB) + (index * SectorValue.SectorBytes), sector);
            }
        }

        return image;
    }

    private static PagedBytes Cut(PagedBytes image, long length)
    {
        image.SetLength(length);
        return image;
    }

    private static PagedBytes PagesOf(ImageDraft draft)
    {
        MemoryImageFile file = draft.Build();
        var pages = new PagedBytes();
        foreach ((long at, byte[] page) in file.NonZeroChunks())
        {
            pages.Write(at, page);
        }

        pages.SetLength(file.LengthBytes);
        return pages;
    }
}
