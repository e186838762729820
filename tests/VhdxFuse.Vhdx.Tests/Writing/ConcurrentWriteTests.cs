using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>
/// Threads at the same blocks at once. Each sector has one writer, which counts up in it, so a reader knows what it may
/// see: what was there before it began or something later; and every stamp names its sector, so bytes of another
/// block, or of a parent that is hidden, are noticed.
/// </summary>
public sealed class ConcurrentWriteTests
{
    private const int MiB = 1 << 20;
    private const int SectorBytes = 512;
    private const int BlockCount = 8;
    private const int SectorsUsed = 4; // of each block: as many as writers
    private const int Rounds = 400;

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly long[] _written = new long[BlockCount * SectorsUsed];

    [Fact]
    public void Readers_see_old_or_new_while_blocks_are_made_written_trimmed_and_flushed()
    {
        using var disk = WritableDisk.Of(new ImageBuilder(), new OpenOptions { LapSectors = 24 });
        Run(disk.Disk, trims: true);
        Check(disk);
    }

    [Fact]
    public void The_same_in_a_child_over_its_parent()
    {
        var fixture = new ChainFixture();
        MemoryParentSource parents = new MemoryParentSource().Add(fixture.Parent.Build());
        using var disk = new WritableDisk(
            fixture.Child.Build(), fixture.ExpectedDisk(), parents, new OpenOptions { LapSectors = 24 });
        disk.Disk.WriteZeros(0, 4 * MiB); // some blocks hide the parent, some are written over it
        Run(disk.Disk, trims: false);
        Check(disk);
    }

    [Fact]
    public void Threads_that_flush_together_share_commits()
    {
        using var disk = WritableDisk.Of(new ImageBuilder { DiskSize = 512 * MiB });
        disk.Write(0, 512, 1);
        disk.Disk.Flush();
        disk.File.ResetCounts();
        const int threads = 8;
        int arrived = threads;
        disk.File.Flushing = () => SpinWait.SpinUntil(() => Volatile.Read(ref arrived) % threads == 0);
        using var barrier = new Barrier(threads);
        RunAll(threads, thread =>
        {
            byte[] page = new byte[4096];
            for (int i = 0; i < 40; i++)
            {
                disk.Disk.Write((1 + (thread * 40) + i) * (long)MiB, page);
                barrier.SignalAndWait();
                Interlocked.Increment(ref arrived);
                disk.Disk.Flush();
            }
        });

        // 320 flushes were asked for. Each round needs one commit, or two where some came behind its snapshot.
        Assert.Empty(_faults);
        Assert.InRange(disk.File.Flushes, 40, 160);
    }

    private void Run(VirtualDisk disk, bool trims)
    {
        using var done = new CancellationTokenSource();
        var helpers = new List<Thread>
        {
            Start(() => Loop(new Random(1), random => ReadOne(disk, random), done.Token)),
            Start(() => Loop(new Random(2), random => ReadOne(disk, random), done.Token)),
            Start(() => Loop(new Random(3), random => Flush(disk, random), done.Token)),
        };
        if (trims)
        {
            helpers.Add(Start(() => Loop(new Random(4), random => Trim(disk, random), done.Token)));
        }

        RunAll(SectorsUsed, writer => Write(disk, writer));
        done.Cancel();
        helpers.ForEach(helper => helper.Join());
        Assert.Empty(_faults);
    }

    // The blocks of the second half are trimmed now and then: there a sector may be zero at any time.
    private static bool MayBeTrimmed(int block) => block >= BlockCount / 2;

    private static long OffsetOf(int block, int sector) => (block * (long)MiB) + (sector * SectorBytes);

    private void Write(VirtualDisk disk, int writer)
    {
        var random = new Random(100 + writer);
        byte[] bytes = new byte[SectorBytes];
        for (int i = 1; i <= Rounds; i++)
        {
            int block = random.Next(BlockCount);
            int place = (block * SectorsUsed) + writer;
            long value = _written[place] + 1;
            for (int at = 0; at < SectorBytes; at += 16)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(at), (long)place + 1);
                BitConverter.TryWriteBytes(bytes.AsSpan(at + 8), value);
            }

            disk.Write(OffsetOf(block, writer), bytes);
            Volatile.Write(ref _written[place], value);
        }
    }

    private void ReadOne(VirtualDisk disk, Random random)
    {
        int block = random.Next(BlockCount);
        int place = (block * SectorsUsed) + random.Next(SectorsUsed);
        byte[] bytes = new byte[SectorBytes];
        long before = Volatile.Read(ref _written[place]);
        disk.Read(OffsetOf(block, place % SectorsUsed), bytes);
        long after = Volatile.Read(ref _written[place]) + 1; // one write may be under way
        (long Place, long Value) seen = (BitConverter.ToInt64(bytes), BitConverter.ToInt64(bytes, 8));
        long atLeast = MayBeTrimmed(block) ? 1 : before;
        bool isStamp = seen.Place == place + 1 && seen.Value >= atLeast && seen.Value <= after;
        bool isUnwritten = bytes.AsSpan().IndexOfAnyExcept(bytes[0]) < 0 && (before == 0 || MayBeTrimmed(block));
        if (!isStamp && !isUnwritten)
        {
            _faults.Enqueue($"block {block} sector {place % SectorsUsed}: {seen}, expected {before} to {after}");
        }
    }

    private static void Flush(VirtualDisk disk, Random random)
    {
        if (random.Next(8) == 0)
        {
            disk.Checkpoint();
        }
        else
        {
            disk.Flush();
        }
    }

    private static void Trim(VirtualDisk disk, Random random)
    {
        int block = (BlockCount / 2) + random.Next(BlockCount / 2);
        disk.WriteZeros(block * (long)MiB, MiB);
        disk.Flush();
    }

    private void Check(WritableDisk disk)
    {
        disk.Disk.Flush();
        using var chain = DifferencingChain.Open(disk.File.ReopenReadOnly(), disk.Parents, new OpenOptions());
        byte[] bytes = new byte[SectorBytes];
        for (int place = 0; place < _written.Length; place++)
        {
            chain.Disk.Read(OffsetOf(place / SectorsUsed, place % SectorsUsed), bytes);
            long value = BitConverter.ToInt64(bytes, 8);
            bool mayBeUnwritten = MayBeTrimmed(place / SectorsUsed) || _written[place] == 0;
            bool isUnwritten = bytes.AsSpan().IndexOfAnyExcept(bytes[0]) < 0;
            bool isRight = value == _written[place] || (mayBeUnwritten && isUnwritten);
            Assert.True(isRight, $"sector {place} holds {value} and not {_written[place]}");
        }
    }

    private void RunAll(int count, Action<int> work)
    {
        var threads = new List<Thread>();
        for (int i = 0; i < count; i++)
        {
            int number = i;
            threads.Add(Start(() => work(number)));
        }

        threads.ForEach(thread => thread.Join());
    }

    private Thread Start(Action work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception failure) when (failure is VhdxException or InvariantException or InvalidOperationException)
            {
                _faults.Enqueue(failure.ToString());
            }
        });
        thread.Start();
        return thread;
    }

    private static void Loop(Random random, Action<Random> step, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            step(random);
        }
    }
}
