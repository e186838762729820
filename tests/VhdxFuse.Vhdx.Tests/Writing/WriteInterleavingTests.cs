using System;
using System.Threading;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>What one thread does at the worst moment of another.</summary>
public sealed class WriteInterleavingTests
{
    private const int MiB = 1 << 20;
    private const long BatAt = 3L * MiB;

    [Fact]
    public void A_read_sees_a_block_whose_page_goes_home_meanwhile()
    {
        (HookedImageFile file, DifferencingChain chain) = WithBlock513();
        byte[] read = new byte[3 * MiB];
        chain.Disk.Read(511L * MiB, read);
        file.AfterNextData = () => { };
        Assert.Equal(0xAB, read[2 * MiB]);
    }

    [Fact]
    public void A_trim_sees_a_block_whose_page_goes_home_meanwhile()
    {
        (HookedImageFile file, DifferencingChain chain) = WithBlock513();
        chain.Disk.WriteZeros(511L * MiB, 3 * MiB);
        file.AfterNextData = () => { };
        byte[] read = new byte[512];
        chain.Disk.Read(513L * MiB, read);
        Assert.Equal(0, read[0]);
    }

    [Fact]
    public void A_seek_sees_a_block_whose_page_goes_home_meanwhile()
    {
        (HookedImageFile file, DifferencingChain chain) = WithBlock513();
        long? data = chain.Disk.NextData(0);
        file.AfterNextData = () => { };
        Assert.Equal(513L * MiB, data);
    }

    [Fact]
    [Rule("D-16")]
    public void A_checkpoint_that_waited_beside_a_flush_has_brought_the_pages_home()
    {
        for (int i = 0; i < 50; i++)
        {
            Assert.True(CheckpointBesideAFlush());
        }
    }

    [Fact]
    public void Checkpoints_beside_the_first_write_of_a_session_do_it_no_harm()
    {
        for (int i = 0; i < 200; i++)
        {
            using DifferencingChain chain = Open(new ImageBuilder().Build());
            using var stop = new CancellationTokenSource();
            Exception? failure = null;
            var other = new Thread(() => failure = Record.Exception(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    chain.Disk.Checkpoint();
                }
            }));
            other.Start();
            chain.Disk.Write(0, new byte[512]);
            stop.Cancel();
            other.Join();
            Assert.Null(failure);
        }
    }

    // Where fallocate isn't supported, a hole is looked for and then filled with zeros.
    [Fact]
    public void Filling_the_hole_of_a_table_page_does_not_write_over_the_page_that_another_writer_brought_home()
    {
        var file = new HookedImageFile(new ImageBuilder { DiskSize = 600 * (ulong)MiB }.Build());
        DifferencingChain chain = Open(file);
        byte[] sector = new byte[512];
        sector.AsSpan().Fill(0xAB);
        chain.Disk.Write(0, sector);
        var other = new Thread(() =>
        {
            chain.Disk.Write(514L * MiB, sector);
            chain.Disk.Checkpoint();
        });
        file.DuringFill = () =>
        {
            file.DuringFill = null;
            StartAndWait(other);
        };
        chain.Disk.Write(513L * MiB, sector);
        other.Join();
        byte[] read = new byte[512];
        chain.Disk.Read(514L * MiB, read);
        Assert.Equal(0xAB, read[0]);
    }

    private static bool CheckpointBesideAFlush()
    {
        MemoryImageFile memory = new ImageBuilder().Build();
        using DifferencingChain chain = Open(memory);
        chain.Disk.Write(0, new byte[512]);
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        memory.Flushing = () =>
        {
            entered.Set();
            leave.Wait();
        };
        var running = new Thread(chain.Disk.Flush);
        running.Start();
        entered.Wait();
        chain.Disk.Write(4096, new byte[512]); // so that the second flush isn't settled
        var waitingFlush = new Thread(chain.Disk.Flush);
        StartAndWait(waitingFlush);
        var checkpoint = new Thread(chain.Disk.Checkpoint);
        StartAndWait(checkpoint);
        leave.Set();
        checkpoint.Join();
        byte[] entry = new byte[8];
        memory.Read(new FileOffset(BatAt), entry);
        running.Join();
        waitingFlush.Join();
        return entry[0] != 0;
    }

    private static (HookedImageFile File, DifferencingChain Chain) WithBlock513()
    {
        var file = new HookedImageFile(new ImageBuilder { DiskSize = 600 * (ulong)MiB }.Build());
        DifferencingChain chain = Open(file);
        byte[] sector = new byte[512];
        sector.AsSpan().Fill(0xAB);
        chain.Disk.Write(513L * MiB, sector);
        chain.Disk.Flush();

        // What the checkpoint timer's thread may do between the two looks of MetadataPages.NextData.
        file.AfterNextData = () =>
        {
            file.AfterNextData = () => { };
            chain.Disk.Checkpoint();
        };
        return (file, chain);
    }

    // Until it has ended or waits for somebody.
    private static void StartAndWait(Thread thread)
    {
        const ThreadState over = ThreadState.WaitSleepJoin | ThreadState.Stopped;
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => (thread.ThreadState & over) != ThreadState.Running, 10_000));
    }

    private static DifferencingChain Open(IImageFile file) => DifferencingChain.Open(
        file,
        new MemoryParentSource(),
        new OpenOptions { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() });
}
