using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>Which reader serves a READ, and from where its bytes go.</summary>
public sealed class ReadingTests
{
    private const int LargeBytes = 1 << 17;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly byte[] GetAttr = KernelRequest.Of(Opcode.GetAttr);

    private readonly MemoryFileSystem _fileSystem = new(MemoryNode.Directory()
        .With("file", MemoryNode.File(SparseMemory.Patterned(LargeBytes, _ => true))));

    private readonly HashSet<Thread> _threads = [];

    public ReadingTests() => _fileSystem.Reading = Note;

    [Fact]
    public async Task What_needs_no_disk_is_served_by_the_reader_at_the_kernel_and_no_other_is_started()
    {
        _fileSystem.IsCached = true;
        ScriptedChannel channel = Open();
        for (int i = 0; i < 100; i++)
        {
            _ = channel.Then(KernelRequest.Read(0, (ulong)i * 8, 4096));
        }

        IReadOnlyList<byte[]> replies = await Serve(channel, threads: 4);
        Assert.Equal(103, replies.Count);
        Assert.Single(_threads);
        Assert.Equal(Content(offset: 8, 4096), replies[4][16..]);
    }

    [Fact]
    public async Task A_read_that_waits_for_the_disk_holds_nobody_up()
    {
        using var diskAnswers = new ManualResetEventSlim();
        int waiting = 0;
        _fileSystem.Reading = () =>
        {
            _ = Interlocked.Increment(ref waiting);
            Assert.True(diskAnswers.Wait(Deadline));
        };
        ScriptedChannel channel = Open().ThenWait();
        FuseSession session = Start(channel, threads: 1);
        _ = channel.Then(KernelRequest.Read(0, 0, 512), KernelRequest.Read(0, 512, 512), KernelRequest.Read(0, 0, 512));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref waiting) == 3, Deadline));
        _ = channel.Then(GetAttr);
        Assert.True(SpinWait.SpinUntil(() => channel.Replies().Count == 4, Deadline));
        diskAnswers.Set();
        Assert.True(SpinWait.SpinUntil(() => channel.Replies().Count == 7, Deadline));
        _ = channel.Then(FuseErrno.Enodev);
        _ = await session.Completion.WaitAsync(Deadline);
        Assert.True(SpinWait.SpinUntil(() => channel.IsDisposed, Deadline));
    }

    [Fact]
    public async Task Large_reads_are_served_side_by_side_by_as_many_as_were_asked_for()
    {
        using var allHere = new Barrier(3);
        _fileSystem.Reading = () =>
        {
            Note();
            Assert.True(allHere.SignalAndWait(Deadline));
        };
        ScriptedChannel channel = Open();
        for (int i = 0; i < 6; i++)
        {
            _ = channel.Then(KernelRequest.Read(0, 0, LargeBytes));
        }

        Assert.Equal(9, (await Serve(channel, threads: 3)).Count);
        Assert.Equal(3, _threads.Count);
    }

    [Fact]
    public async Task A_large_read_is_answered_from_where_its_bytes_lie()
    {
        byte[] image = Content(offset: 0, LargeBytes);
        GCHandle pinned = GCHandle.Alloc(image, GCHandleType.Pinned);
        _fileSystem.Located = (offset, _) => pinned.AddrOfPinnedObject() + (nint)offset;
        _fileSystem.Reading = () => Assert.Fail("read");
        ScriptedChannel channel = Open().Then(KernelRequest.Read(0, 4096, LargeBytes - 4096));
        IReadOnlyList<byte[]> replies = await Serve(channel, threads: 1);
        pinned.Free();
        Headers.Out head = MemoryMarshal.Read<Headers.Out>(replies[3]);
        Assert.Equal((LargeBytes - 4096 + 16U, 0, KernelRequest.DefaultUnique), (head.Len, head.Error, head.Unique));
        Assert.Equal(image[4096..], replies[3][16..]);
    }

    // The kernel has answered EIO by then; that the read is tried tells the file system's user why.
    [Fact]
    public async Task Where_there_is_no_memory_behind_the_address_the_file_is_read()
    {
        _fileSystem.Located = (_, _) => ScriptedChannel.NoMemory;
        ScriptedChannel channel = Open().Then(KernelRequest.Read(0, 0, LargeBytes));
        IReadOnlyList<byte[]> replies = await Serve(channel, threads: 1);
        Assert.Single(_threads);
        Assert.Equal(Content(offset: 0, LargeBytes), replies[3][16..]);
    }

    [Fact]
    public async Task What_fails_on_the_short_ways_is_reported_by_the_long_one_and_once()
    {
        var faults = new ConcurrentQueue<FuseFault>(); // each read fails on a reader of its own
        _fileSystem.IsCached = true;
        _fileSystem.Reading = () => throw new InvalidOperationException("no disk");
        _fileSystem.Located = (_, _) => throw new InvalidOperationException("no map");
        ScriptedChannel channel = Open().Then(KernelRequest.Read(0, 0, 512), KernelRequest.Read(0, 0, LargeBytes));
        IReadOnlyList<byte[]> replies = await Serve(channel, threads: 1, faults.Enqueue);
        Assert.Equal([-5, -5], replies.Skip(3).Select(reply => MemoryMarshal.Read<Headers.Out>(reply).Error));
        Assert.Equal(2, faults.Count);
    }

    [Fact]
    public void Small_writes_are_quick_until_one_is_slow_and_again_after_quick_ones()
    {
        var pace = new WritePace();
        Assert.True(pace.IsQuick);
        pace.Note(System.Diagnostics.Stopwatch.Frequency);
        Assert.False(pace.IsQuick);
        for (int i = 0; i < 64; i++)
        {
            Assert.False(pace.IsQuick);
            pace.Note(0);
        }

        Assert.True(pace.IsQuick);
    }

    private static byte[] Content(int offset, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        _ = SparseMemory.Patterned(LargeBytes, _ => true).Read(offset, bytes);
        return bytes;
    }

    private static ScriptedChannel Open() => new ScriptedChannel().Then(
        KernelRequest.Init(),
        KernelRequest.Lookup("file"),
        KernelRequest.Of(Opcode.Open, 2, new FileMessages.OpenIn()));

    private void Note()
    {
        lock (_threads)
        {
            _threads.Add(Thread.CurrentThread);
        }
    }

    private FuseSession Start(ScriptedChannel channel, int threads, Action<FuseFault>? faulted = null)
    {
        var session = new FuseSession(_fileSystem, new MountOptions { Faulted = faulted }, channel, ownerId: 0);
        session.Initialize(256);
        session.Start(threads);
        return session;
    }

    private async Task<IReadOnlyList<byte[]>> Serve(
        ScriptedChannel channel, int threads, Action<FuseFault>? faulted = null)
    {
        FuseSession session = Start(channel, threads, faulted);
        _ = await session.Completion.WaitAsync(Deadline);
        Assert.True(SpinWait.SpinUntil(() => channel.IsDisposed, Deadline));
        return channel.Replies();
    }
}
