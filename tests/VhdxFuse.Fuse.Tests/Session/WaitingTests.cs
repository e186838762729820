using System;
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

/// <summary>However many handlers wait for a disk, somebody reads on.</summary>
public sealed class WaitingTests : IDisposable
{
    private const int DataSyncFlags = 0x1001; // O_DSYNC | O_WRONLY
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly byte[] Sync = KernelRequest.Of(Opcode.FSync, 2, new FileMessages.FsyncIn());
    private static readonly byte[] Read = KernelRequest.Read(0, 0, 5);

    private readonly MemoryFileSystem _fileSystem = new(
        MemoryNode.Directory().With("file", MemoryNode.File(SparseMemory.Of("hello"u8))));

    private readonly ManualResetEventSlim _diskAnswers = new();
    private readonly HashSet<Thread> _threads = [];
    private int _waiting;

    public WaitingTests() => _fileSystem.Syncing = () =>
    {
        lock (_threads)
        {
            _threads.Add(Thread.CurrentThread);
        }

        _ = Interlocked.Increment(ref _waiting);
        Assert.True(_diskAnswers.Wait(Deadline));
        _ = Interlocked.Decrement(ref _waiting);
    };

    public void Dispose() => _diskAnswers.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 12)]
    [InlineData(2, 2)]
    [InlineData(4, 70)]
    public async Task Reads_are_answered_while_any_number_of_fsyncs_wait(int threads, int waiting)
    {
        ScriptedChannel channel = Open();
        FuseSession session = Start(channel, threads);
        for (int i = 0; i < waiting; i++)
        {
            _ = channel.Then(Sync);
        }

        await Seen(() => Volatile.Read(ref _waiting) == waiting);
        await Answered(channel, Read);
        _diskAnswers.Set();
        await End(session, channel);
        Assert.All(channel.Replies(), reply => Assert.Equal(0, MemoryMarshal.Read<Headers.Out>(reply).Error));
    }

    [Fact]
    public async Task A_synchronous_write_waits_like_an_fsync_and_others_go_on()
    {
        ScriptedChannel channel = Open();
        FuseSession session = Start(channel, threads: 2);
        _ = channel.Then(
            KernelRequest.Write(0, 0, "a"u8, DataSyncFlags), KernelRequest.Write(0, 1, "b"u8, DataSyncFlags));
        await Seen(() => Volatile.Read(ref _waiting) == 2);
        await Answered(channel, Read);
        await Answered(channel, KernelRequest.Write(0, 2, "c"u8));
        _diskAnswers.Set();
        await End(session, channel);
    }

    // A hundred fsyncs in a row on one reader: each needs a second one, and always the same.
    [Fact]
    public async Task Spares_are_used_again()
    {
        _diskAnswers.Set();
        ScriptedChannel channel = Open();
        FuseSession session = Start(channel, threads: 1);
        for (int i = 0; i < 100; i++)
        {
            await Answered(channel, Sync);
        }

        await End(session, channel);
        lock (_threads)
        {
            Assert.InRange(_threads.Count, 1, 3);
        }
    }

    [Fact]
    public async Task Spares_end_with_the_session_and_the_last_closes_the_channel()
    {
        ScriptedChannel channel = Open();
        FuseSession session = Start(channel, threads: 2);
        _ = channel.Then(Sync, Sync, Sync, Sync);
        await Seen(() => Volatile.Read(ref _waiting) == 4);
        _diskAnswers.Set();
        await Seen(() => Volatile.Read(ref _waiting) == 0);
        session.Close();
        _ = channel.Then(FuseErrno.Enodev, FuseErrno.Enodev, FuseErrno.Enodev);
        await session.Completion.WaitAsync(Deadline);
        await Seen(() => channel.IsDisposed);
        lock (_threads)
        {
            Assert.All(_threads, thread => Assert.True(thread.Join(Deadline)));
        }
    }

    [Fact]
    public void What_may_wait_is_told_by_the_request()
    {
        Assert.All(
            (Opcode[])[Opcode.FSync, Opcode.FSyncDir, Opcode.Fallocate],
            opcode => Assert.Equal(RequestWeight.Waiting, Dispatcher.WeightOf(KernelRequest.Of(opcode))));
        Assert.All(
            (Opcode[])[Opcode.Flush, Opcode.Release, Opcode.Open],
            opcode => Assert.Equal(RequestWeight.Quick, Dispatcher.WeightOf(KernelRequest.Of(opcode))));
        Assert.All(
            (Opcode[])[Opcode.LSeek, Opcode.GetAttr, Opcode.Lookup, Opcode.StatFs, Opcode.ReadDirPlus],
            opcode => Assert.Equal(RequestWeight.Long, Dispatcher.WeightOf(KernelRequest.Of(opcode))));
        Assert.Equal(RequestWeight.SmallRead, Dispatcher.WeightOf(KernelRequest.Read(0, 0, 4096)));
        Assert.Equal(RequestWeight.Long, Dispatcher.WeightOf(KernelRequest.Read(0, 0, 1 << 19)));
        Assert.Equal(RequestWeight.Long, Dispatcher.WeightOf(KernelRequest.Write(0, 0, new byte[1 << 19], 1)));
    }

    [Theory]
    [InlineData(0x1, RequestWeight.SmallWrite)]
    [InlineData(0x1001, RequestWeight.Waiting)] // O_DSYNC
    [InlineData(0x101001, RequestWeight.Waiting)] // O_SYNC
    public void A_write_waits_when_its_own_flags_say_so(uint flags, object weight) =>
        Assert.Equal(weight, Dispatcher.WeightOf(KernelRequest.Write(0, 0, "a"u8, flags)));

    [Fact]
    public void A_request_that_is_no_request_waits_for_nothing()
    {
        Assert.Equal(RequestWeight.Quick, Dispatcher.WeightOf([]));
        Assert.Equal(RequestWeight.SmallWrite, Dispatcher.WeightOf(KernelRequest.Of(Opcode.Write)));
    }

    private static ScriptedChannel Open() => new ScriptedChannel().ThenWait().Then(
        KernelRequest.Init(),
        KernelRequest.Lookup("file"),
        KernelRequest.Of(Opcode.Open, 2, new FileMessages.OpenIn()));

    private static async Task Answered(ScriptedChannel channel, byte[] request)
    {
        int before = channel.Replies().Count;
        _ = channel.Then(request);
        await Seen(() => channel.Replies().Count == before + 1);
    }

    private static async Task Seen(Func<bool> condition) => Assert.True(
        await Task.Run(() => SpinWait.SpinUntil(condition, Deadline)), "not seen in time");

    private static async Task End(FuseSession session, ScriptedChannel channel)
    {
        _ = channel.Then([.. Enumerable.Repeat(FuseErrno.Enodev, 128)]);
        _ = await session.Completion.WaitAsync(Deadline);
        await Seen(() => channel.IsDisposed);
    }

    private FuseSession Start(ScriptedChannel channel, int threads)
    {
        var session = new FuseSession(_fileSystem, new MountOptions { ReadOnly = false }, channel, ownerId: 0);
        session.Initialize(256);
        session.Start(threads);
        Assert.True(SpinWait.SpinUntil(() => channel.Replies().Count == 3, Deadline));
        return session;
    }
}
