using System;
using System.Collections.Generic;
using CsCheck;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>A merged parent shows its child's disk, and the child goes on showing it.</summary>
public sealed class MergerTests
{
    private const int MiB = 1 << 20;
    private const int Sequences = 8;
    private const string ParentPath = "/memory/parent.vhdx";
    private const string ChildPath = "/memory/child.vhdx";

    private static readonly Gen<(int Block, int State, int Sector)> Block =
        Gen.Select(Gen.Int[0, 15], Gen.Int[0, 5], Gen.Int[0, 2047]);

    [Theory]
    [InlineData(ImageKind.Dynamic, 8, 8, 1, 1)]
    [InlineData(ImageKind.Dynamic, 8, 8, 2, 1)]
    [InlineData(ImageKind.Dynamic, 8, 8, 1, 4)]
    [InlineData(ImageKind.Dynamic, 8, 14, 1, 1)]
    [InlineData(ImageKind.Dynamic, 14, 8, 1, 1)]
    [InlineData(ImageKind.Fixed, 8, 8, 1, 2)]
    [InlineData(ImageKind.Fixed, 8, 11, 2, 1)]
    [InlineData(ImageKind.Differencing, 8, 8, 1, 1)]
    [InlineData(ImageKind.Differencing, 8, 12, 2, 4)]
    [Rule("R-PAR-11", "R-RSZ-4")]
    public void The_parent_becomes_the_disk(
        ImageKind kind, int parentMiB, int childMiB, int parentBlock, int childBlock) =>
        Gen.Select(Block.Array[1, 12], Block.Array[1, 12]).Sample(
            (below, above) =>
            {
                var chain = new TwoImages(kind, parentMiB, parentBlock);
                TwoImages.Fill(chain.ParentDraft, below, 1);
                chain.NewChild(childMiB, childBlock);
                TwoImages.Fill(chain.ChildDraft, above, 2);
                ReferenceDisk disk = chain.Build();
                chain.Merge();
                chain.AssertBothShow(disk);
            },
            iter: Sequences);

    [Fact]
    [Rule("R-PAR-11")]
    public void Blocks_that_read_as_zeros_take_no_space_and_absent_ones_stay_the_parents()
    {
        var fixture = new ChainFixture();
        MemoryImageFile parent = fixture.Parent.Build();
        MemoryImageFile child = fixture.Child.Build();
        Merge(child, parent);
        using var merged = VhdxImage.Open(parent, new OpenOptions());
        var states = new List<PayloadBlockState>();
        foreach (BatItem item in new BatWalk(parent, merged.Geometry, merged.Layout))
        {
            states.Add(item.Entry.State);
        }

        const PayloadBlockState zero = PayloadBlockState.Zero;
        const PayloadBlockState full = PayloadBlockState.FullyPresent;
        Assert.Equal([full, zero, zero, zero, full, full, full, full], states);
    }

    [Fact]
    [Rule("R-PAR-11", "R-MET-5")]
    public void Identities_are_those_of_the_merged_disk()
    {
        var fixture = new ChainFixture();
        var id = new Guid("12345678-0000-4000-8000-000000000001");
        fixture.Child.VirtualDiskId = id;
        fixture.Child.PhysicalSectorSizeBytes = 512;
        MemoryImageFile parent = fixture.Parent.Build();
        MemoryImageFile child = fixture.Child.Build();
        Guid childsOwn = HeaderPair.Read(child).Current.DataWriteGuid;
        Merge(child, parent);
        using var merged = VhdxImage.Open(parent, new OpenOptions());
        using var kept = VhdxImage.Open(child, new OpenOptions());
        Assert.Equal(id, merged.VirtualDiskId);
        Assert.Equal(512, merged.Geometry.PhysicalSectorSizeBytes);
        Assert.NotEqual(fixture.Parent.DataWriteGuid, merged.DataWriteGuid); // other children don't fit any more
        Assert.Equal(merged.DataWriteGuid, kept.ParentLocator!.Linkage);
        Assert.Null(kept.ParentLocator.Linkage2);
        Assert.Equal(childsOwn, kept.DataWriteGuid); // its own children still do
    }

    [Fact]
    public void A_locator_keeps_what_a_merge_knows_nothing_of()
    {
        var fixture = new ChainFixture();
        fixture.Child.ParentLocator.Add(("absolute_win32_path", @"\\?\C:\VMs\parent.vhdx"));
        fixture.Child.ParentLocator.Add(("somebody's", "value"));
        MemoryImageFile child = fixture.Child.Build();
        Merge(child, fixture.Parent.Build());
        using var kept = VhdxImage.Open(child, new OpenOptions());
        Assert.Equal(@"\\?\C:\VMs\parent.vhdx", kept.ParentLocator!.AbsolutePath);
        Assert.Equal("value", kept.ParentLocator.Pairs["somebody's"]);
        Assert.Equal(4, kept.ParentLocator.Pairs.Count);
    }

    [Fact]
    public void What_is_no_parent_of_the_child_isnt_touched()
    {
        var fixture = new ChainFixture();
        MemoryImageFile child = fixture.Child.Build();
        fixture.Parent.DataWriteGuid = new Guid("99999999-0000-4000-8000-000000000001");
        MemoryImageFile parent = fixture.Parent.Build();
        VhdxErrorKind kind = Assert.Throws<VhdxException>(() => Merge(child, parent)).Kind;
        Assert.Equal(VhdxErrorKind.ParentMismatch, kind);
        kind = Assert.Throws<VhdxException>(() => Merge(parent, child)).Kind;
        Assert.Equal(VhdxErrorKind.ParentMismatch, kind);
        Assert.True(child.ToArray().AsSpan().SequenceEqual(fixture.Child.Build().ToArray()));
        Assert.True(parent.ToArray().AsSpan().SequenceEqual(fixture.Parent.Build().ToArray()));
    }

    [Fact]
    public void A_log_of_what_is_no_parent_isnt_replayed_into_its_file()
    {
        var logged = new GenuineLogFixture();
        logged.Image.DataWriteGuid = new Guid("99999999-0000-4000-8000-000000000001");
        MemoryImageFile parent = logged.Build();
        parent.ResetCounts();
        MemoryImageFile child = new ChainFixture().Child.Build();
        Assert.Equal(
            VhdxErrorKind.ParentMismatch, Assert.Throws<VhdxException>(() => Merge(child, parent)).Kind);
        Assert.Equal(0, parent.Writes);
    }

    [Fact]
    [Rule("R-PAR-1", "R-PAR-11")]
    public void A_locator_that_takes_no_other_pair_is_refused_before_anything_is_written()
    {
        var fixture = new ChainFixture();
        while (fixture.Child.ParentLocator.Count < 256)
        {
            fixture.Child.ParentLocator.Add(($"key {fixture.Child.ParentLocator.Count}", "value"));
        }

        AssertRefused(fixture);
    }

    [Fact]
    [Rule("R-PAR-11")]
    public void A_metadata_region_without_room_for_the_locator_is_refused_before_anything_is_written()
    {
        var fixture = new ChainFixture();
        int length = ParentLocatorItem.Write([.. fixture.Child.ParentLocator]).Length;
        fixture.Child.Item(MetadataItemIds.ParentLocator).OffsetInRegion = (uint)(MiB - length);
        AssertRefused(fixture);
    }

    [Fact]
    [Rule("R-PAR-11")]
    public void A_child_whose_disk_is_full_has_no_pending_log()
    {
        var fixture = new ChainFixture();
        long calls = 0;
        for (long failed = 1; calls >= failed - 1; failed++)
        {
            MemoryImageFile parent = fixture.Parent.Build();
            MemoryImageFile child = fixture.Child.Build();
            var full = new FaultyImageFile(child)
            {
                FailedCall = failed,
                Watched = FileCalls.Allocate,
                Kind = VhdxErrorKind.NoSpace,
            };
            Exception? error = Record.Exception(() => Merger.Merge(
                full,
                parent,
                new MemoryParentSource(),
                new OpenOptions { Guids = new SeededGuids(1) },
                new MergeOptions()));
            calls = full.CallCount;
            Assert.True(error is null or VhdxException { Kind: VhdxErrorKind.NoSpace }, error?.ToString());
            Assert.Equal(Guid.Empty, HeaderPair.Read(child).Current.LogGuid);
            AssertStartsOfBlocks(child.ReopenReadOnly(), parent);
        }

        Assert.InRange(calls, 2, 50);
    }

    [Fact]
    [Rule("R-PAR-11")]
    public void A_merge_that_is_stopped_between_any_two_steps_leaves_the_child_right_and_is_completed_by_another()
    {
        int steps = 1;
        for (int stopped = 1; stopped <= steps; stopped++)
        {
            var fixture = new ChainFixture();
            ReferenceDisk disk = fixture.ExpectedDisk();
            MemoryImageFile parent = fixture.Parent.Build();
            MemoryImageFile child = fixture.Child.Build();
            steps = 0;
            var options = new MergeOptions
            {
                Report = _ =>
                {
                    if (++steps == stopped)
                    {
                        throw new OperationCanceledException();
                    }
                },
            };
            Assert.Throws<OperationCanceledException>(() => Merge(child, parent, options));
            Assert.Equal(Guid.Empty, HeaderPair.Read(parent).Current.LogGuid);
            AssertShows(disk, child.ReopenReadOnly(), parent);
            steps = 0;
            Merge(child, parent, new MergeOptions { Report = _ => steps++ }, firstGuid: 100);
            AssertShows(disk, child.ReopenReadOnly(), parent);
            AssertShows(disk, parent.ReopenReadOnly(), parent);
        }

        Assert.InRange(steps, 8, 100);
    }

    [Fact]
    [Rule("R-PAR-11")]
    public void Whichever_call_on_whichever_file_fails_the_child_is_right_and_another_merge_completes()
    {
        var fixture = new ChainFixture();
        MemoryImageFile parentBefore = fixture.Parent.Build();
        MemoryImageFile childBefore = fixture.Child.Build();
        foreach (bool inChild in (bool[])[false, true])
        {
            long calls = 0;
            for (long failed = 1; calls >= failed - 1; failed++)
            {
                MemoryImageFile parent = parentBefore.Clone();
                MemoryImageFile child = childBefore.Clone();
                var faulty = new FaultyImageFile(inChild ? child : parent)
                {
                    FailedCall = failed,
                    Watched = FileCalls.All & ~FileCalls.Read & ~FileCalls.NextData,
                };
                Exception? error = Record.Exception(() => Merger.Merge(
                    inChild ? faulty : child,
                    inChild ? parent : faulty,
                    new MemoryParentSource(),
                    new OpenOptions { Guids = new SeededGuids(1) },
                    new MergeOptions()));
                calls = faulty.CallCount;
                Assert.True(error is null or VhdxException { Kind: VhdxErrorKind.Io }, error?.ToString());
                AssertStartsOfBlocks(child.ReopenReadOnly(), parent);
                Merge(child, parent, firstGuid: 1000);
                AssertStartsOfBlocks(child.ReopenReadOnly(), parent);
                AssertStartsOfBlocks(parent.ReopenReadOnly(), parent);
            }

            Assert.InRange(calls, 10, 200);
        }
    }

    private static void Merge(
        MemoryImageFile child, MemoryImageFile parent, MergeOptions? options = null, int firstGuid = 1) =>
        Merger.Merge(
            child,
            parent,
            new MemoryParentSource(),
            new OpenOptions { Guids = new SeededGuids(firstGuid) },
            options ?? new MergeOptions());

    private static void AssertRefused(ChainFixture fixture)
    {
        MemoryImageFile parent = fixture.Parent.Build();
        MemoryImageFile child = fixture.Child.Build();
        parent.ResetCounts();
        child.ResetCounts();
        Assert.Equal(
            VhdxErrorKind.LimitExceeded, Assert.Throws<VhdxException>(() => Merge(child, parent)).Kind);
        Assert.Equal((0, 0), (child.Writes, parent.Writes));
        AssertStartsOfBlocks(child.ReopenReadOnly(), parent);
    }

    private static void AssertShows(ReferenceDisk disk, MemoryImageFile newest, MemoryImageFile parent)
    {
        var parents = new MemoryParentSource().Add(parent);
        using var chain = DifferencingChain.Open(newest, parents, new OpenOptions());
        Assert.Equal(disk.SizeBytes, chain.Disk.LengthBytes);
        Assert.Null(disk.FirstDifference(chain.Disk.Read));
    }

    private static void AssertStartsOfBlocks(MemoryImageFile newest, MemoryImageFile parent)
    {
        var parents = new MemoryParentSource().Add(parent);
        using var chain = DifferencingChain.Open(newest, parents, new OpenOptions());
        byte[] sectors = new byte[12 * 512];
        foreach ((int block, byte[] expected) in ChainFixture.ExpectedFirstBytes)
        {
            chain.Disk.Read((long)block * MiB, sectors);
            for (int sector = 0; sector < expected.Length; sector++)
            {
                Assert.Equal(expected[sector], sectors[sector * 512]);
            }
        }
    }

    private sealed class SeededGuids(int first) : IGuidSource
    {
        private int _next = first;

        public Guid NewGuid() => new(_next++, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 2);
    }

    private sealed class TwoImages
    {
        private readonly ImageDraft? _base;
        private readonly MemoryParentSource _bases = new();
        private MemoryImageFile? _parent;
        private MemoryImageFile? _child;

        public TwoImages(ImageKind kind, int parentMiB, int blockMiB)
        {
            ParentDraft = new ImageDraft
            {
                Path = kind == ImageKind.Differencing ? "/memory/base.vhdx" : ParentPath,
                Kind = kind == ImageKind.Fixed ? kind : ImageKind.Dynamic,
                DiskSizeBytes = (parentMiB * MiB) - 8192,
                BlockSizeBytes = blockMiB * MiB,
            };
            if (kind == ImageKind.Differencing)
            {
                _base = ParentDraft;
                _base.DiskSizeBytes += 3 * MiB; // more than its child shows
                Fill(_base, [(0, 1, 0), (2, 1, 0), (3, 1, 0), (7, 1, 0), (8, 1, 0)], 3);
                ParentDraft = _base.NewChild(ParentPath);
                ParentDraft.DiskSizeBytes -= 3 * MiB;
            }

            ChildDraft = ParentDraft;
        }

        public ImageDraft ParentDraft { get; }

        public ImageDraft ChildDraft { get; private set; }

        public void NewChild(int sizeMiB, int blockMiB)
        {
            ChildDraft = ParentDraft.NewChild(ChildPath);
            ChildDraft.DiskSizeBytes = (sizeMiB * MiB) - 4096;
            ChildDraft.BlockSizeBytes = blockMiB * MiB;
        }

        public static void Fill(ImageDraft draft, IEnumerable<(int Block, int State, int Sector)> blocks, ulong seed)
        {
            foreach ((int block, int state, int sector) in blocks)
            {
                BlockContent content = BlockContent.Stamped(seed);
                draft.Blocks[block % draft.Geometry.PayloadCount] = state switch
                {
                    0 => PayloadBlock.Present(BlockContent.Zeros),
                    3 => PayloadBlock.InState(PayloadBlockState.Zero),
                    4 when draft.HasParent => PayloadBlock.Partial(content, 0, sector),
                    5 when draft.HasParent => PayloadBlock.Partial(content, sector),
                    _ => PayloadBlock.Present(content),
                };
            }
        }

        public ReferenceDisk Build()
        {
            ReferenceDisk? below = _base?.ExpectedDisk();
            if (_base is not null)
            {
                _bases.Add(_base.Build());
            }

            _parent = ParentDraft.Build();
            _child = ChildDraft.Build();
            return ChildDraft.ExpectedDisk(ParentDraft.ExpectedDisk(below));
        }

        public void Merge() => Merger.Merge(
            _child!, _parent!, _bases, new OpenOptions { Guids = new SeededGuids(1) }, new MergeOptions());

        public void AssertBothShow(ReferenceDisk disk)
        {
            Assert.True(ImageChecker.Check(_parent!).IsClean);
            Assert.True(ImageChecker.Check(_child!).IsClean);
            using var merged = DifferencingChain.Open(_parent!.ReopenReadOnly(), _bases, new OpenOptions());
            Assert.Equal(disk.SizeBytes, merged.Disk.LengthBytes);
            Assert.Null(disk.FirstDifference(merged.Disk.Read));
            _bases.Add(_parent);
            using var kept = DifferencingChain.Open(_child!.ReopenReadOnly(), _bases, new OpenOptions());
            Assert.Null(disk.FirstDifference(kept.Disk.Read));
        }
    }
}
