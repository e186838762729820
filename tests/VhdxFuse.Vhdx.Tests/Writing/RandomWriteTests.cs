using CsCheck;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>Any sequence of writes, zeros, flushes and reopenings reads like a plain array of bytes.</summary>
public sealed class RandomWriteTests
{
    private const int MiB = 1 << 20;

    private static readonly Gen<(int Kind, int Offset, int Length, byte Value)> Step = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, (8 * MiB) - 1], Gen.OneOf(Gen.Int[1, 9000], Gen.Int[1, 3 * MiB]), Gen.Byte[1, 255]);

    [Fact]
    public void A_dynamic_disk_reads_like_a_byte_array() =>
        Step.Array[1, 40].Sample(
            steps =>
            {
                using var disk = WritableDisk.Of(new ImageBuilder(), new OpenOptions { LapSectors = 9 });
                return Run(disk, steps);
            },
            iter: 200);

    [Fact]
    public void A_child_reads_like_a_byte_array_over_its_parent() =>
        Step.Array[1, 40].Sample(
            steps =>
            {
                var chain = new ChainFixture();
                MemoryParentSource parents = new MemoryParentSource().Add(chain.Parent.Build());
                using var disk = new WritableDisk(
                    chain.Child.Build(), chain.ExpectedDisk(), parents, new OpenOptions { LapSectors = 12 });
                return Run(disk, steps);
            },
            iter: 200);

    private static bool Run(WritableDisk disk, (int Kind, int Offset, int Length, byte Value)[] steps)
    {
        foreach ((int kind, int offset, int length, byte value) in steps)
        {
            int inside = int.Min(length, (int)disk.Disk.LengthBytes - offset);
            switch (kind)
            {
                case 0 or 1 or 2 or 3:
                    disk.Write(offset, inside, value);
                    break;
                case 4 or 5:
                    disk.WriteZeros(offset, inside);
                    break;
                case 6:
                    disk.Disk.Flush();
                    break;
                case 7:
                    disk.Disk.Checkpoint();
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
        return isSame && disk.FirstDifferenceOfAReader() is null;
    }
}
