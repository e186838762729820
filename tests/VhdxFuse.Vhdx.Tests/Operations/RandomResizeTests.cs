using System;
using CsCheck;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using VhdxFuse.Vhdx.Tests.Writing;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>A disk that is written and resized in any order reads like an array of bytes that is cut off and goes on
/// with zeros.</summary>
public sealed class RandomResizeTests
{
    private const int Sequences = 20;
    private const int Grain = 4096;
    private const int MaxDiskBytes = 7 * Units.MiB;

    private static readonly Gen<(int Kind, int Offset, int Length, byte Value)> Step = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[1, MaxDiskBytes / Grain],
        Gen.OneOf(Gen.Int[1, 9000], Gen.Int[1, 3 * Units.MiB / 2]),
        Gen.Byte[1, 255]);

    [Theory]
    [InlineData(ImageKind.Dynamic, 0)]
    [InlineData(ImageKind.Fixed, 0)]
    [InlineData(ImageKind.Differencing, 1)]
    [InlineData(ImageKind.Differencing, 3)]
    [InlineData(ImageKind.Differencing, 7)]
    [Rule("R-RSZ-2", "R-RSZ-4", "R-RSZ-5", "R-RSZ-6")]
    public void A_resized_disk_reads_like_a_byte_array(ImageKind kind, int parentMiB) =>
        Step.Array[1, 20].Sample(
            steps =>
            {
                using WritableDisk disk = NewDisk(kind, parentMiB);
                return Run(disk, steps);
            },
            iter: Sequences);

    private static WritableDisk NewDisk(ImageKind kind, int parentMiB)
    {
        var draft = new ImageDraft
        {
            Path = "/memory/base.vhdx",
            Kind = kind == ImageKind.Fixed ? kind : ImageKind.Dynamic,
            DiskSizeBytes = parentMiB > 0 ? parentMiB * Units.MiB : (3 * Units.MiB) + Grain,
            BlockSizeBytes = Units.MiB,
        };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped(1));
        draft.Blocks[3] = PayloadBlock.Present(BlockContent.Stamped(2));
        draft.Blocks[6] = PayloadBlock.Present(BlockContent.Stamped(3));
        ReferenceDisk expected = draft.ExpectedDisk();
        var parents = new MemoryParentSource();
        if (kind == ImageKind.Differencing)
        {
            parents.Add(draft.Build());
            draft = draft.NewChild("/memory/child.vhdx");
            draft.DiskSizeBytes = (3 * Units.MiB) + Grain;
            draft.Blocks[1] = PayloadBlock.InState(PayloadBlockState.Zero);
            draft.Blocks[2] = PayloadBlock.Partial(BlockContent.Stamped(4), 0, 2, 9);
            expected = draft.ExpectedDisk(expected);
        }

        return new WritableDisk(draft.Build(), expected, parents, new OpenOptions { LapSectors = 11 });
    }

    private static bool Run(WritableDisk disk, (int Kind, int Offset, int Length, byte Value)[] steps)
    {
        foreach ((int kind, int offset, int length, byte value) in steps)
        {
            long at = offset * (long)Grain;
            long inside = long.Min(length, disk.Disk.LengthBytes - at);
            switch (kind)
            {
                case 0 or 1 or 2 when inside > 0:
                    disk.Write(at, (int)inside, value);
                    break;
                case 3 when inside > 0:
                    disk.WriteZeros(at, inside);
                    break;
                case 4 or 5 or 6:
                    disk.Resize(at);
                    break;
                case 7:
                    RefusesOnlyToLoseData(disk, at);
                    break;
                case 8:
                    disk.Reopen();
                    break;
                default:
                    disk.Disk.Flush();
                    disk.Restart();
                    break;
            }
        }

        bool isSame = disk.FirstDifference() is null;
        disk.Disk.Flush();
        isSame &= disk.FirstDifferenceOfAReader() is null && ImageChecker.Check(disk.File).IsClean;
        disk.Reopen();
        return isSame && disk.FirstDifference() is null && ImageChecker.Check(disk.File).IsClean;
    }

    private static void RefusesOnlyToLoseData(WritableDisk disk, long sizeBytes)
    {
        long lost = long.Max(0, disk.Model.SizeBytes - sizeBytes);
        byte[] tail = disk.Model.Read(disk.Model.SizeBytes - lost, (int)lost);
        int first = tail.AsSpan().IndexOfAnyExcept((byte)0);
        if (first < 0)
        {
            disk.Resize(sizeBytes);
            return;
        }

        VhdxException refused = Assert.Throws<VhdxException>(
            () => Resizer.Resize(disk.Chain, new ResizeOptions { DiskSizeBytes = sizeBytes }));
        Assert.Equal(VhdxErrorKind.WouldLoseData, refused.Kind);
        Assert.EndsWith(
            $"the first at disk offset 0x{sizeBytes + first:x}", refused.Message, StringComparison.Ordinal);
    }
}
