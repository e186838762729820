using System;
using System.Collections.Generic;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Opening;

/// <summary>What places of a file are called, and what finding that out costs.</summary>
public sealed class StructureNamesTests
{
    private const int Blocks = 256;
    private const uint BlockBytes = 32 * Units.MiB;
    private const ulong Payload = 4 * Units.MiB;

    [Theory]
    [InlineData(0, "file identifier")]
    [InlineData(0x10000, "header 1")]
    [InlineData(0x20000, "header 2")]
    [InlineData(0x30000, "region table 1")]
    [InlineData(0x40000, "region table 2")]
    [InlineData(0x4F000, "region table 2")]
    [InlineData(0x50000, "header section")]
    [InlineData(0x300000, "BAT, entries 0 to 511")]
    [InlineData(Payload, "payload block 0")]
    [InlineData(Payload + BlockBytes, "unused space")]
    [InlineData(ulong.MaxValue, "behind every file")]
    public void A_place_has_the_name_of_what_lies_there(ulong place, string name) =>
        Assert.Equal(name, NamesOf([place]).NameOf(place));

    /// <summary>Nothing says that blocks of a hostile image are apart.</summary>
    [Fact]
    public void A_place_is_named_once_however_many_blocks_claim_it()
    {
        var places = new List<ulong>();
        for (ulong place = Payload; place < Payload + BlockBytes; place += 4096)
        {
            places.Add(place);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        StructureNames names = NamesOf(places);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.All(places, place => Assert.Equal("payload block 0", names.NameOf(place)));
        Assert.True(allocated < 24 * Units.MiB, $"{allocated} bytes allocated");
    }

    // All blocks in one place.
    private static StructureNames NamesOf(List<ulong> places)
    {
        var builder = new ImageBuilder { DiskSize = (ulong)Blocks * BlockBytes, BlockSize = BlockBytes };
        for (int block = 0; block < Blocks; block++)
        {
            builder.SetState(block, PayloadBlockState.FullyPresent, (long)Payload);
        }

        List<LogUpdate> updates = places.ConvertAll(place =>
            new LogUpdate { TargetOffset = place, LengthBytes = 4096, IsZero = true });
        return StructureNames.TryFor(builder.Build(), updates)!;
    }
}
