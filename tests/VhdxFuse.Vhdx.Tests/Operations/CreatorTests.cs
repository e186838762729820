using System;
using System.IO;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Operations;

public sealed class CreatorTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [Rule("R-CRE-5", "R-FP-1")]
    [InlineData(DiskType.Dynamic, 512, 1)]
    [InlineData(DiskType.Dynamic, 4096, 32)]
    [InlineData(DiskType.Fixed, 512, 2)]
    [InlineData(DiskType.Fixed, 4096, 256)]
    public void What_was_given_is_read_back_and_the_rest_is_zero(DiskType type, int sector, int blockMiB)
    {
        byte[] content = new byte[(3 * MiB) + 777];
        content.AsSpan(0, 10).Fill(0x11);
        content.AsSpan((2 * MiB) + 5, 10).Fill(0x22);
        content[^1] = 0x33;
        var options = new CreateOptions
        {
            DiskSizeBytes = (5 * MiB) + 4096,
            Type = type,
            BlockSizeBytes = blockMiB * MiB,
            LogicalSectorSizeBytes = sector,
        };
        using var chain = DifferencingChain.Open(
            Made(options, new MemoryStream(content)), new MemoryParentSource(), new OpenOptions());
        Assert.Equal((type, sector), (chain.Layers[0].Type, chain.Disk.LogicalSectorSizeBytes));
        byte[] disk = BlockReadTests.ReadAll(chain.Disk);
        Assert.True(disk.AsSpan(0, content.Length).SequenceEqual(content));
        Assert.False(disk.AsSpan(content.Length).ContainsAnyExcept((byte)0));
        Assert.Empty(chain.Layers[0].Anomalies);
    }

    [Fact]
    [Rule("R-CRE-1", "R-CRE-2")]
    public void The_structures_are_those_that_windows_writes()
    {
        MemoryImageFile file = Made(new CreateOptions { DiskSizeBytes = 10L << 30 });
        byte[] bytes = file.ToArray();
        Assert.True(VhdxHeader.TryRead(bytes.AsSpan(64 << 10), out VhdxHeader first));
        Assert.True(VhdxHeader.TryRead(bytes.AsSpan(128 << 10), out VhdxHeader second));
        Assert.Equal(first with { SequenceNumber = first.SequenceNumber + 1 }, second);
        Assert.Equal((Guid.Empty, 1, MiB), (first.LogGuid, (int)first.Version, (int)first.LogLengthBytes));
        Assert.True(RegionTable.IsValid(bytes.AsSpan(192 << 10)));
        Assert.True(bytes.AsSpan(192 << 10, 65536).SequenceEqual(bytes.AsSpan(256 << 10, 65536)));
        uint[] offsets = [.. Enumerable.Range(0, 5).Select(i =>
            MetadataTableEntry.Read(bytes.AsSpan((2 * MiB) + 32 + (i * 32))).OffsetInRegion)];
        Assert.Equal([0x10000u, 0x10008, 0x10010, 0x10014, 0x10018], offsets);
    }

    [Fact]
    [Rule("R-CRE-3")]
    public void A_child_names_its_parents_identity_and_takes_its_disks()
    {
        using VhdxImage parent = VhdxImage.Open(
            Made(new CreateOptions { DiskSizeBytes = 7 * MiB, LogicalSectorSizeBytes = 4096 }), new OpenOptions());
        using VhdxImage child = VhdxImage.Open(
            Made(new CreateOptions
            {
                Type = DiskType.Differencing,
                Parent = new ParentReference(parent, @".\base.vhdx", @"\\?\C:\base.vhdx"),
            }),
            new OpenOptions());
        Assert.Equal(parent.DataWriteGuid, child.ParentLocator!.Linkage);
        Assert.Equal(parent.VirtualDiskId, child.VirtualDiskId);
        Assert.Equal(parent.Geometry.DiskSizeBytes, child.Geometry.DiskSizeBytes);
        Assert.Equal(4096, child.Geometry.LogicalSectorSizeBytes);
        Assert.Equal(
            (@".\base.vhdx", @"\\?\C:\base.vhdx"),
            (child.ParentLocator.RelativePath, child.ParentLocator.AbsolutePath));
    }

    /// <summary>At every flush, what the file would be after a power cut: no VHDX until all of it is durable.</summary>
    [Fact]
    [Rule("R-CRE-4")]
    public void The_identifier_is_written_last_behind_a_flush()
    {
        var file = new StoppingFile();
        Assert.Throws<OperationCanceledException>(() =>
            Creator.Create(file, new CreateOptions { DiskSizeBytes = MiB }, new FixedGuids()));
        Assert.Equal(VhdxErrorKind.NotVhdx, Assert.Throws<VhdxException>(() =>
            VhdxImage.Open(file.Memory, new())).Kind);
        byte[] identifier = new byte[FileTypeIdentifier.SizeBytes];
        new FileTypeIdentifier("x").Write(identifier);
        file.Memory.Write(default, identifier);
        VhdxImage.Open(file.Memory, new OpenOptions()).Dispose(); // all else was there
    }

    [Fact]
    public void Options_that_make_no_legal_image_are_refused()
    {
        Refused(new CreateOptions());
        Refused(new CreateOptions { DiskSizeBytes = 513 });
        Refused(new CreateOptions { DiskSizeBytes = (64L << 40) + 512 });
        Refused(new CreateOptions { DiskSizeBytes = MiB, BlockSizeBytes = 3 * MiB });
        Refused(new CreateOptions { DiskSizeBytes = MiB, LogicalSectorSizeBytes = 1024 });
        Refused(new CreateOptions { DiskSizeBytes = MiB, Type = DiskType.Differencing });
        Assert.Throws<ArgumentException>(() =>
            Made(new CreateOptions { DiskSizeBytes = 512 }, new MemoryStream(new byte[513])));
    }

    private static void Refused(CreateOptions options) => Assert.Throws<ArgumentException>(() => Made(options));

    private static MemoryImageFile Made(CreateOptions options, Stream? content = null)
    {
        var file = new MemoryImageFile();
        Creator.Create(file, options, new FixedGuids(), content);
        return file;
    }

    /// <summary>Ends the work at its first flush.</summary>
    private sealed class StoppingFile : IImageFile
    {
        public MemoryImageFile Memory { get; } = new();

        public string Path => Memory.Path;

        public string Identity => Memory.Identity;

        public long LengthBytes => Memory.LengthBytes;

        public int Read(FileOffset at, Span<byte> target) => Memory.Read(at, target);

        public FileOffset NextData(FileOffset at) => Memory.NextData(at);

        public void Write(FileOffset at, ReadOnlySpan<byte> source) => Memory.Write(at, source);

        public void WriteZeros(FileOffset at, long lengthBytes) => Memory.WriteZeros(at, lengthBytes);

        public void SetLength(long lengthBytes) => Memory.SetLength(lengthBytes);

        public bool HidesOldBlocks => true;

        public void Allocate(FileOffset at, long lengthBytes)
        {
        }

        public void Flush() => throw new OperationCanceledException("the power is cut");

        public void Dispose() => Memory.Dispose();
    }
}
