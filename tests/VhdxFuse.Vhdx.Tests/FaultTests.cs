using System;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests;

/// <summary>Every call on the file fails once: a child with a log to replay, over its parent.</summary>
public sealed class FaultTests
{
    private const int MiB = 1 << 20;
    private static readonly Guid LogGuid = new("eeeeeeee-0000-4000-8000-00000000000e");

    [Fact]
    public void Whichever_call_fails_the_error_is_Io_and_what_was_opened_is_closed()
    {
        long calls = 0;
        for (long failed = 1; calls >= failed - 1; failed++)
        {
            (MemoryImageFile child, MemoryImageFile parent) = Files();
            var faulty = new FaultyImageFile(child) { FailedCall = failed };
            Exception? error = Record.Exception(() =>
            {
                using DifferencingChain chain = Open(faulty, parent);
                Walk(chain.Disk);
            });
            calls = faulty.CallCount;
            Assert.True(child.IsDisposed, $"call {failed}: the child is still open");
            Assert.Equal(calls >= failed, error is not null);
            if (error is not null)
            {
                Assert.Equal(VhdxErrorKind.Io, Assert.IsType<VhdxException>(error).Kind);
            }
        }

        Assert.InRange(calls, 15, 1000); // opening, replaying, the maps, the payload
    }

    /// <summary>A read that failed leaves nothing wrong behind in a cache.</summary>
    [Fact]
    public void After_a_failed_read_the_next_one_gives_the_right_bytes()
    {
        (MemoryImageFile child, MemoryImageFile parent) = Files();
        using DifferencingChain whole = Open(child, parent);
        byte[] expected = BlockReadTests.ReadAll(whole.Disk);
        int tried = 0;
        for (long failed = 1; ; failed++)
        {
            (MemoryImageFile another, MemoryImageFile below) = Files();
            var faulty = new FaultyImageFile(another);
            using DifferencingChain chain = Open(faulty, below);
            faulty.FailedCall = faulty.CallCount + failed;
            byte[] bytes = new byte[expected.Length];
            if (Record.Exception(() => chain.Disk.Read(0, bytes)) is null)
            {
                break;
            }

            tried++;
            Assert.True(BlockReadTests.ReadAll(chain.Disk).AsSpan().SequenceEqual(expected), $"after call {failed}");
        }

        Assert.InRange(tried, 4, 1000);
    }

    private static void Walk(VirtualDisk disk)
    {
        _ = BlockReadTests.ReadAll(disk);
        _ = disk.MeasureAllocatedBytes();
        for (long? at = 0; at is { } data && (at = disk.NextData(data)) is { } start; at = disk.NextHole(start))
        {
            Assert.InRange(start, data, disk.LengthBytes);
        }
    }

    private static DifferencingChain Open(IImageFile child, MemoryImageFile parent) =>
        DifferencingChain.Open(child, new MemoryParentSource().Add(parent), new OpenOptions());

    private static (MemoryImageFile Child, MemoryImageFile Parent) Files()
    {
        ImageBuilder parent = new ImageBuilder().AddBlock(0, 0x10).AddBlock(5, 0x15);
        ImageBuilder child = new ImageBuilder { DataWriteGuid = Guid.Empty, LogGuid = LogGuid }
            .NameParent(parent.DataWriteGuid, "parent.vhdx")
            .AddBlock(2, 0xC2)
            .AddBlock(5, 0xC5, PayloadBlockState.PartiallyPresent)
            .AddBitmap(5, 10240, 10242);
        MemoryImageFile file = child.Build("/e/child.vhdx");

        // The log holds the first page of the BAT, and in it block 2 as present.
        byte[] page = new byte[4096];
        _ = file.Read(new((long)child.BatOffset), page);
        _ = new LogEntryBytes { SequenceNumber = 1, LogGuid = LogGuid }
            .Data((long)child.BatOffset, page).PutInto(file, MiB, MiB, 0);
        file.Write(new((long)child.BatOffset), new byte[page.Length]);
        file.ResetCounts();
        return (file, parent.Build("/e/parent.vhdx"));
    }
}
