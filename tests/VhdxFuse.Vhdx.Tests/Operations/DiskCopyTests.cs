using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

/// <summary>Disks that go from one kind of file into another.</summary>
public sealed class DiskCopyTests
{
    private const int MiB = 1 << 20;
    private const int KiB = 1 << 10;

    /// <summary>Raw, image, raw: with and without the size known before, in one piece and in portions.</summary>
    [Theory]
    [InlineData(1, DiskType.Dynamic, 1, 512)]
    [InlineData(2, DiskType.Dynamic, 2, 4096)]
    [InlineData(3, DiskType.Dynamic, 32, 512)]
    [InlineData(4, DiskType.Dynamic, 256, 4096)]
    [InlineData(5, DiskType.Fixed, 1, 4096)]
    [InlineData(6, DiskType.Fixed, 8, 512)]
    [InlineData(7, DiskType.Fixed, 256, 512)]
    [Rule("R-CRE-5", "R-BAT-1")]
    public void A_disk_comes_back_byte_by_byte(int seed, DiskType type, int blockMiB, int sector)
    {
        foreach (int oddBytes in (int[])[0, 1, 511, sector])
        {
            byte[] content = Content(seed, (5 * MiB) + (KiB * 64 * seed) + oddBytes);
            long whole = (content.Length + sector - 1) / sector * sector;
            var options = new CreateOptions
            {
                Type = type,
                BlockSizeBytes = blockMiB * MiB,
                LogicalSectorSizeBytes = sector,
            };
            foreach (MemoryImageFile image in (MemoryImageFile[])
                [Image(DiskSource.Of(File(content)), options with { DiskSizeBytes = whole }),
                Image(new StreamSource(new ChoppyStream(content, seed)), options with { DiskSizeBytes = whole }),
                Image(new StreamSource(new ChoppyStream(content, seed)), options)])
            {
                Assert.Empty(ImageChecker.Check(image.Reopen()).Findings);
                using DifferencingChain chain = Open(image);
                Assert.Equal((whole, type), (chain.Disk.LengthBytes, chain.Layers[0].Type));
                var raw = new MemoryImageFile();
                DiskCopy.Run(DiskSource.Of(chain.Disk), new RawTarget(raw, chain.Disk.LengthBytes));
                byte[] back = raw.ToArray();
                Assert.Equal(whole, back.Length);
                Assert.True(back.AsSpan(0, content.Length).SequenceEqual(content));
                Assert.False(back.AsSpan(content.Length).ContainsAnyExcept((byte)0));
            }
        }
    }

    [Fact]
    public void Of_a_chain_the_disk_is_copied()
    {
        var fixture = new ChainFixture();
        using DifferencingChain chain = DifferencingChain.Open(
            fixture.Child.Build(), new MemoryParentSource().Add(fixture.Parent.Build()), new OpenOptions());
        var raw = new MemoryImageFile();
        DiskCopy.Run(DiskSource.Of(chain.Disk), new RawTarget(raw, 0));
        Assert.Equal(BlockReadTests.ReadAll(chain.Disk), raw.ToArray());
    }

    /// <summary>64 TiB with a piece of data at each end: counts of calls and of memory, not time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public void A_sparse_disk_costs_what_its_data_cost(int blockMiB)
    {
        const long size = 64L << 40;
        var raw = new MemoryImageFile("disk.raw");
        raw.SetLength(size);
        raw.Write(default, [1]);
        raw.Write(new(size - 1), [2]);
        raw.ResetCounts();
        MemoryImageFile image = Image(
            DiskSource.Of(raw), new CreateOptions { DiskSizeBytes = size, BlockSizeBytes = blockMiB * MiB });
        Assert.Equal(2, raw.Reads);
        Assert.InRange(raw.HoleQueries, 2, 4);
        Assert.InRange(image.Writes, 1, 30);
        using DifferencingChain chain = Open(image);
        image.ResetCounts();
        var back = new MemoryImageFile();
        var target = new RawTarget(back, size);
        DiskCopy.Run(DiskSource.Of(chain.Disk), target);
        Assert.Equal(raw.NonZeroChunks(), back.NonZeroChunks());
        Assert.Equal(2 * 64 * KiB, target.DataBytes);
    }

    /// <summary>Each call of the target fails in turn: the error comes through, and nothing looks like an
    /// image.</summary>
    [Theory]
    [InlineData(DiskType.Dynamic, VhdxErrorKind.NoSpace, true)]
    [InlineData(DiskType.Dynamic, VhdxErrorKind.Io, false)]
    [InlineData(DiskType.Fixed, VhdxErrorKind.Io, true)]
    [InlineData(DiskType.Fixed, VhdxErrorKind.NoSpace, false)]
    [Rule("R-CRE-4")]
    public void A_failing_target_never_looks_finished(DiskType type, VhdxErrorKind kind, bool isSizeKnown)
    {
        byte[] content = Content(seed: 9, 3 * MiB);
        var options = new CreateOptions
        {
            Type = type,
            BlockSizeBytes = MiB,
            DiskSizeBytes = isSizeKnown ? content.Length : 0,
        };
        int failures = 0;
        for (bool failed = true; failed; failures += failed ? 1 : 0)
        {
            var memory = new MemoryImageFile();
            using var file = new FaultyImageFile(memory) { FailedCall = failures + 1, Kind = kind };
            VhdxException? error = null;
            try
            {
                DiskCopy.Run(
                    new StreamSource(new ChoppyStream(content, 1)), Creator.Begin(file, options, new FixedGuids()));
            }
            catch (VhdxException e)
            {
                error = e;
                byte[] start = new byte[FileTypeIdentifier.SizeBytes];
                _ = memory.Read(default, start);
                bool isLast = file.LastFailure?.Call == FileCalls.Flush && memory.Flushes == 1;
                Assert.Equal(isLast, FileTypeIdentifier.TryRead(start, out _));
            }

            failed = error is not null;
            Assert.Equal(failed ? kind : (VhdxErrorKind?)null, error?.Kind);
        }

        Assert.InRange(failures, 15, 60);
    }

    [Fact]
    public void What_cannot_be_read_is_an_error()
    {
        byte[] content = Enumerable.Repeat((byte)7, 4 * MiB).ToArray();
        MemoryImageFile image = Image(
            DiskSource.Of(File(content)), new CreateOptions { DiskSizeBytes = content.Length, BlockSizeBytes = MiB });
        using DifferencingChain chain = Open(image);
        DiskExtents extents = chain.Disk.Extents(MiB, 1);
        Assert.True(extents.MoveNext());
        long at = extents.Current.FileOffset.Value + (12 * KiB);
        image.FailsAt = (offset, length) => offset < at + 512 && offset + length > at;
        VhdxException error = Assert.Throws<VhdxException>(() =>
            DiskCopy.Run(DiskSource.Of(chain.Disk), new RawTarget(new MemoryImageFile(), content.Length)));
        Assert.Equal(VhdxErrorKind.Io, error.Kind);
    }

    [Fact]
    public void Runs_of_a_piece_are_its_grains_that_hold_something()
    {
        byte[] content = new byte[(1 * MiB) + 100];
        content[(64 * KiB) - 1] = 1;
        content[64 * KiB] = 1;
        content[(300 * KiB) + 5] = 1;
        content[^1] = 1;
        var source = new StreamSource(new ChoppyStream(content, 3));
        var piece = new DiskPiece();
        var runs = new List<(long, int)>();
        while (source.TryRead(piece))
        {
            for (int from = 0; piece.TryFindRun(from, out int start, out int length); from = start + length)
            {
                runs.Add((piece.Offset + start, length));
            }
        }

        Assert.Equal([(0, 128 * KiB), (256 * KiB, 64 * KiB), (MiB, 100)], runs);
        Assert.Equal(content.Length, source.LengthBytes);
    }

    [Fact]
    public void A_fixed_image_takes_its_space_and_progress_can_end_a_copy()
    {
        var file = new MemoryImageFile();
        var creator = Creator.Begin(
            file, new CreateOptions { DiskSizeBytes = 9 * MiB, Type = DiskType.Fixed }, new FixedGuids());
        Assert.Equal(1, file.Allocations);
        Assert.Throws<OperationCanceledException>(() => DiskCopy.Run(
            DiskSource.Of(File(Content(1, 9 * MiB))), creator, _ => throw new OperationCanceledException()));
        Assert.Throws<VhdxException>(() => VhdxImage.Open(file, new OpenOptions()));
    }

    private static MemoryImageFile Image(IDiskSource source, CreateOptions options)
    {
        var file = new MemoryImageFile();
        DiskCopy.Run(source, Creator.Begin(file, options, new FixedGuids()));
        return file;
    }

    private static DifferencingChain Open(MemoryImageFile image) =>
        DifferencingChain.Open(image, new MemoryParentSource(), new OpenOptions());

    private static MemoryImageFile File(byte[] content)
    {
        var file = new MemoryImageFile("disk.raw");
        file.Write(default, content);
        return file;
    }

    /// <summary>Some runs of random bytes of all sizes among zeros.</summary>
    private static byte[] Content(int seed, int length)
    {
        var random = new Random(seed);
        byte[] content = new byte[length];
        for (int i = 0; i < 12; i++)
        {
            int start = random.Next(length);
            random.NextBytes(content.AsSpan(start, int.Min(length - start, 1 << random.Next(1, 20))));
        }

        content[^1] = 1;
        return content;
    }
}
