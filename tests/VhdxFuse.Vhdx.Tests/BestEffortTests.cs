using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Tests.Journal;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

/// <summary>What is opened of damaged images on request, and how it says so.</summary>
public sealed class BestEffortTests
{
    private const int MiB = 1 << 20;
    private static readonly OpenOptions BestEffort = new() { BestEffort = true };

    private static readonly Guid Linkage = new("bbbbbbbb-0000-4000-8000-0000000000b0");

    private readonly ImageBuilder _parent =
        new ImageBuilder { DataWriteGuid = Linkage }.AddBlock(0, 0x10).AddBlock(1, 0x11).AddBlock(2, 0x12);

    // Of the child: block 1, one sector of block 2, and zeros in block 3.
    private readonly ImageBuilder _child =
        new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000b1") }
            .AddBlock(1, 0x21).AddBlock(2, 0x22, PayloadBlockState.PartiallyPresent).AddBitmap(2, 4096)
            .SetState(3, PayloadBlockState.Zero);

    [Fact]
    [Rule("R-PAR-4")]
    public void Without_its_parent_a_child_shows_what_it_holds_and_the_rest_can_not_be_read()
    {
        using DifferencingChain chain = Open(new MemoryParentSource());
        Anomaly anomaly = Assert.Single(chain.Layers[0].Anomalies);
        Assert.Equal(AnomalyKind.ParentMissing, anomaly.Kind);
        Assert.StartsWith("no parent found; it is named as", anomaly.Detail, StringComparison.Ordinal);

        byte[] block = new byte[MiB];
        chain.Disk.Read(MiB, block);
        Assert.Equal(0x21, Assert.Single(block.Distinct()));
        chain.Disk.Read(2 * MiB, block.AsSpan(0, 512));
        Assert.Equal(0x22, block[511]);
        chain.Disk.Read(3 * MiB, block);
        Assert.Equal(0, Assert.Single(block.Distinct()));
        foreach (long offset in (long[])[0, MiB - 1, (2 * MiB) + 512, 4 * MiB, (8 * MiB) - 1])
        {
            VhdxException failure = Assert.Throws<VhdxException>(() => chain.Disk.Read(offset, block.AsSpan(0, 1)));
            Assert.Equal(VhdxErrorKind.ParentMissing, failure.Kind);
            Assert.Equal(offset, chain.Disk.NextData(offset)); // a copy must meet the error
        }

        Assert.Equal(
            [
                (0L, (long)MiB, DiskExtentKind.Unreadable), (MiB, MiB + 512, DiskExtentKind.Data),
                ((2 * MiB) + 512, MiB - 512, DiskExtentKind.Unreadable), (3 * MiB, MiB, DiskExtentKind.Zero),
                (4 * MiB, 4 * MiB, DiskExtentKind.Unreadable),
            ],
            Extents(chain));
    }

    [Fact]
    [Rule("R-PAR-7")]
    public void A_parent_of_another_identity_is_taken_and_named()
    {
        _parent.DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000bb");
        MemoryParentSource parents = new MemoryParentSource().Add(_parent.Build("/vm/parent.vhdx"));
        using DifferencingChain chain = Open(parents);
        Assert.Equal(2, chain.Layers.Count);
        Assert.Equal(ParentTrail.RelativePath, chain.Layers[0].FoundBy);
        Anomaly anomaly = Assert.Single(chain.Layers[1].Anomalies);
        Assert.Equal(AnomalyKind.ParentMismatch, anomaly.Kind);
        Assert.Contains("bbbbbbbb-0000-4000-8000-0000000000bb", anomaly.Detail, StringComparison.Ordinal);
        Assert.EndsWith("/vm/parent.vhdx is taken all the same", anomaly.Detail, StringComparison.Ordinal);
        byte[] one = new byte[1];
        chain.Disk.Read(0, one);
        Assert.Equal(0x10, one[0]);
    }

    [Fact]
    [Rule("R-PAR-7")]
    public void The_right_parent_wins_over_one_of_another_identity_that_is_found_first()
    {
        _parent.DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000bb");
        MemoryImageFile misfit = _parent.Build("/vm/parent.vhdx");
        _parent.DataWriteGuid = Linkage;
        MemoryParentSource parents =
            new MemoryParentSource().Add(misfit).Add(_parent.Build("/other/parent.vhdx"));
        using DifferencingChain chain = Open(parents, BestEffort with { ParentFolders = ["/other"] });
        Assert.Equal("/other/parent.vhdx", chain.Layers[0].Path);
        Assert.Equal(ParentTrail.ParentFolder, chain.Layers[0].FoundBy);
        Assert.Empty(chain.Layers[1].Anomalies);
    }

    /// <summary>The file that can't be opened now may be the right one.</summary>
    [Theory]
    [InlineData(VhdxErrorKind.Locked)]
    [InlineData(VhdxErrorKind.Io)]
    [InlineData(VhdxErrorKind.AccessTimeAtRisk)]
    [Rule("R-PAR-7")]
    public void None_of_another_identity_stands_in_for_one_that_can_not_be_opened_now(VhdxErrorKind kind)
    {
        MemoryParentSource parents = new MemoryParentSource().Add(_parent.Build("/vm/parent.vhdx"));
        parents.Refused["/vm/parent.vhdx"] = kind;
        _parent.DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-0000000000bb");
        parents.Add(_parent.Build("/other/parent.vhdx"));
        VhdxException error = Assert.Throws<VhdxException>(
            () => Open(parents, BestEffort with { ParentFolders = ["/other"] }));
        Assert.Equal((kind, "/vm/parent.vhdx"), (error.Kind, error.ImagePath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rule("R-LOG-13")]
    public void A_corrupt_log_is_left_out(bool isWhole)
    {
        MemoryImageFile file = new ImageBuilder { LogGuid = LogShape.LogGuid }.AddBlock(0, 0x10).Build();
        new LogEntryBytes
        {
            SequenceNumber = 1,
            LogGuid = LogShape.LogGuid,
            Damage = bytes => bytes[4] ^= isWhole ? (byte)0 : (byte)1,
        }.Zero(0, 4096).PutInto(file, MiB, MiB, 0); // where the file's identifier is

        Assert.Equal(VhdxErrorKind.LogCorrupt, Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new())).Kind);
        using VhdxImage image = VhdxImage.Open(file, BestEffort);
        Assert.Equal(LogOutcome.Ignored, image.Log.Outcome);
        Anomaly anomaly = Assert.Single(image.Anomalies);
        Assert.Equal(AnomalyKind.LogCorrupt, anomaly.Kind);
        Assert.EndsWith("it is left out", anomaly.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_at_best_effort()
    {
        Assert.Throws<ArgumentException>(() => Open(
            new MemoryParentSource(), BestEffort with { Access = ImageAccess.ReadWrite }));
    }

    private DifferencingChain Open(MemoryParentSource parents, OpenOptions? options = null) =>
        DifferencingChain.Open(Child(), parents, options ?? BestEffort);

    private MemoryImageFile Child() =>
        _child.NameParent(Linkage, @".\parent.vhdx").Build("/vm/child.avhdx");

    private static (long Start, long Length, DiskExtentKind Kind)[] Extents(DifferencingChain chain)
    {
        var list = new List<(long, long, DiskExtentKind)>();
        foreach (DiskExtent extent in chain.Disk.Extents(0, chain.Disk.LengthBytes))
        {
            if (list.Count > 0 && list[^1].Item3 == extent.Kind)
            {
                list[^1] = (list[^1].Item1, list[^1].Item2 + extent.LengthBytes, extent.Kind);
            }
            else
            {
                list.Add((extent.DiskOffset, extent.LengthBytes, extent.Kind));
            }
        }

        return [.. list];
    }
}
