using System;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

/// <summary>Chains three deep whose layers hold what chance gave them, against arrays laid over each other.</summary>
public sealed class ThreeLayersTests
{
    private const int MiB = 1 << 20;
    private const int BlockCount = 4;

    [Fact]
    [Rule("R-RD-1", "R-RD-6", "R-SBM-1", "R-SBM-2", "R-SBM-3")]
    public void Each_layer_shows_what_lies_on_top_at_every_sector()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            int sector = seed % 2 == 0 ? 512 : 4096;
            byte[] disk = new byte[BlockCount * MiB];
            byte[][] expected = new byte[3][];
            var source = new MemoryParentSource();
            ImageBuilder? below = null;
            for (int layer = 0; layer < 3; layer++)
            {
                var image = new ImageBuilder
                {
                    DiskSize = BlockCount * MiB,
                    LogicalSector = (uint)sector,
                    DataWriteGuid = new Guid(layer + 1, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1),
                };
                if (below is not null)
                {
                    image.NameParent(below.DataWriteGuid, $"{layer - 1}.vhdx");
                }

                Fill(image, disk, sector, random, hasParent: below is not null);
                source.Add(image.Build($"/e/{layer}.vhdx"));
                (below, expected[layer]) = (image, [.. disk]);
            }

            using DifferencingChain chain = DifferencingChain.Open(
                source.Open("/e/2.vhdx"), source, new OpenOptions());
            Assert.Equal(
                ["/e/0.vhdx", "/e/1.vhdx", "/e/2.vhdx"],
                chain.Layers.Select(image => image.Path),
                StringComparer.Ordinal);
            for (int layer = 0; layer < 3; layer++)
            {
                byte[] shown = BlockReadTests.ReadAll(chain.DiskOf(layer));
                int difference = shown.AsSpan().CommonPrefixLength(expected[layer]);
                Assert.True(difference == disk.Length, $"seed {seed}, layer {layer}: differs at 0x{difference:x}");
            }
        }
    }

    private static void Fill(ImageBuilder image, byte[] disk, int sector, Random random, bool hasParent)
    {
        byte[] bits = new byte[MiB];
        PayloadBlockState[] states = hasParent
            ? Enum.GetValues<PayloadBlockState>()
            : [.. Enum.GetValues<PayloadBlockState>().Where(state => state != PayloadBlockState.PartiallyPresent)];
        for (int block = 0; block < BlockCount; block++)
        {
            Span<byte> shown = disk.AsSpan(block * MiB, MiB);
            PayloadBlockState state = states[random.Next(states.Length)];
            byte[] bytes = new byte[MiB];
            random.NextBytes(bytes);
            switch (state)
            {
                case PayloadBlockState.FullyPresent:
                    image.AddBlock(block, bytes);
                    bytes.CopyTo(shown);
                    break;
                case PayloadBlockState.PartiallyPresent:
                    image.AddBlock(block, bytes, state);
                    Choose(bits, bytes, shown, block, sector, random);
                    break;
                case PayloadBlockState.NotPresent when hasParent:
                    image.SetState(block, state);
                    break;
                default:
                    image.SetState(block, state);
                    shown.Clear();
                    break;
            }
        }

        if (hasParent)
        {
            image.AddBitmap(0, bits);
        }
    }

    // Runs of one sector and of many.
    private static void Choose(
        byte[] bits, byte[] bytes, Span<byte> shown, int block, int sector, Random random)
    {
        int count = MiB / sector;
        for (int first = 0, length; first < count; first += length)
        {
            length = int.Min(random.Next(2) == 0 ? 1 : random.Next(1, 200), count - first);
            if (random.Next(2) == 0)
            {
                continue;
            }

            for (int i = first; i < first + length; i++)
            {
                int bit = (block * count) + i;
                bits[bit / 8] |= (byte)(1 << (bit % 8));
                bytes.AsSpan(i * sector, sector).CopyTo(shown[(i * sector)..]);
            }
        }
    }
}
