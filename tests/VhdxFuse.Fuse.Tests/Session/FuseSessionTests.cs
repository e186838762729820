using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>The session on a scripted kernel: its readers are real threads.</summary>
public sealed class FuseSessionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly byte[] GetAttr = KernelRequest.Of(Opcode.GetAttr);

    private readonly MemoryFileSystem _fileSystem = new(
        MemoryNode.Directory().With("file", MemoryNode.File(SparseMemory.Of("hello"u8))));

    [Fact]
    public async Task Init_is_answered_before_mount_returns_and_readers_serve_the_rest()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init(), GetAttr, GetAttr);
        FuseSession session = Session(channel);
        session.Initialize(256);
        byte[] init = Assert.Single(channel.Replies());
        Assert.Equal(104, KernelRequest.Init().Length);
        Assert.Equal(80, init.Length);
        session.Start(threads: 2);
        FuseEnd end = await session.Completion.WaitAsync(Deadline);
        Assert.Equal(FuseEndReason.Unmounted, end.Reason);
        Assert.Equal(3, channel.Replies().Count);
    }

    [Fact]
    public void A_newer_major_is_negotiated_in_two_steps()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init(major: 8), KernelRequest.Init());
        Session(channel).Initialize(256);
        Assert.Equal(2, channel.Replies().Count);
    }

    [Fact]
    public void A_connection_already_in_use_is_refused_and_its_request_answered()
    {
        var channel = new ScriptedChannel().Then(GetAttr);
        FuseException exception = Assert.Throws<FuseException>(() => Session(channel).Initialize(256));
        Assert.Equal(FuseFailure.Protocol, exception.Failure);
        Assert.Equal(-5, MemoryMarshal.Read<Headers.Out>(Assert.Single(channel.Replies())).Error);
    }

    [Fact]
    public void A_connection_that_ends_before_init_is_an_error_with_its_number()
    {
        FuseException exception = Assert.Throws<FuseException>(() => Session(new ScriptedChannel()).Initialize(256));
        Assert.Equal((FuseFailure.Protocol, FuseErrno.Enodev), (exception.Failure, exception.Errno));
    }

    [Theory]
    [InlineData(FuseErrno.Eintr)]
    [InlineData(FuseErrno.Enoent)]
    [InlineData(FuseErrno.Eagain)]
    public async Task A_transient_read_error_is_read_again(FuseErrno errno)
    {
        var channel = new ScriptedChannel().Then(errno).Then(KernelRequest.Init()).Then(errno).Then(GetAttr);
        FuseEnd end = await Serve(channel, threads: 1);
        Assert.Equal(FuseEndReason.Unmounted, end.Reason);
        Assert.Equal(2, channel.Replies().Count);
    }

    [Theory]
    [InlineData(FuseErrno.Enodev, FuseEndReason.Unmounted, FuseErrno.None)]
    [InlineData(FuseErrno.Econnaborted, FuseEndReason.Aborted, FuseErrno.None)]
    [InlineData(FuseErrno.Ebadf, FuseEndReason.Error, FuseErrno.Ebadf)]
    public async Task The_end_says_why_and_the_file_system_hears_it_first(
        FuseErrno errno, FuseEndReason reason, FuseErrno expected)
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init()).Then(errno);
        FuseEnd end = await Serve(channel, threads: 1);
        Assert.Equal(new FuseEnd(reason, expected), end);
        Assert.Equal(end, _fileSystem.End);
    }

    [Fact]
    public async Task Enodev_alone_ends_the_session_without_destroy()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init());
        _ = await Serve(channel, threads: 4);
        Assert.NotNull(_fileSystem.End);
        Assert.True(SpinWait.SpinUntil(() => channel.IsDisposed, Deadline));
    }

    [Fact]
    public async Task A_reply_to_an_interrupted_request_is_dropped_without_harm()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init());
        FuseSession session = Session(channel);
        session.Initialize(256);
        channel.FailSends(FuseErrno.Enoent).Then(GetAttr, GetAttr);
        session.Start(threads: 1);
        Assert.Equal(FuseEndReason.Unmounted, (await session.Completion.WaitAsync(Deadline)).Reason);
        Assert.Equal(2, channel.Replies().Count); // INIT's and the second
    }

    [Fact]
    public async Task A_reply_that_cannot_be_sent_becomes_eio_to_the_same_request()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init());
        FuseSession session = Session(channel);
        session.Initialize(256);
        channel.FailSends(FuseErrno.Efault).Then(GetAttr);
        session.Start(threads: 1);
        _ = await session.Completion.WaitAsync(Deadline);
        Headers.Out reply = MemoryMarshal.Read<Headers.Out>(channel.Replies()[1]);
        Assert.Equal((16U, -5, KernelRequest.DefaultUnique), (reply.Len, reply.Error, reply.Unique));
    }

    [Fact]
    public async Task When_not_even_an_error_can_be_sent_the_session_ends_with_it()
    {
        var channel = new ScriptedChannel().Then(KernelRequest.Init());
        FuseSession session = Session(channel);
        session.Initialize(256);
        channel.FailSends(FuseErrno.Einval, FuseErrno.Einval).Then(GetAttr);
        session.Start(threads: 1);
        Assert.Equal(
            new FuseEnd(FuseEndReason.Error, FuseErrno.Einval), await session.Completion.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_reply_goes_to_the_channel_its_request_came_from()
    {
        // The fsync makes the first reader hand its place on, to one that has a descriptor of its own.
        byte[] sync = KernelRequest.Of(Opcode.FSync, 2, new FileMessages.FsyncIn());
        byte[] quick = KernelRequest.Of(Opcode.Flush, 2, new FileMessages.FlushIn());
        ScriptedChannel clone = new ScriptedChannel().ThenWait().Then(quick, quick);
        ScriptedChannel channel = new ScriptedChannel().ThenWait().Then(KernelRequest.Init(), sync);
        channel.Clones.Enqueue(clone);
        _fileSystem.Syncing = () => Assert.True(SpinWait.SpinUntil(() => clone.Replies().Count == 2, Deadline));
        FuseSession session = Session(channel, new MountOptions { CloneDescriptors = true });
        session.Initialize(256);
        session.Start(threads: 2);
        Assert.True(SpinWait.SpinUntil(() => channel.Replies().Count + clone.Replies().Count == 4, Deadline));
        Assert.Equal(2, clone.Replies().Count);
        _ = clone.Then(FuseErrno.Enodev);
        _ = await session.Completion.WaitAsync(Deadline);
        Assert.True(SpinWait.SpinUntil(() => channel.IsDisposed && clone.IsDisposed, Deadline));
    }

    [Fact]
    public async Task Closing_waits_for_the_handler_that_runs_and_refuses_what_comes_after()
    {
        using var isReading = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        _fileSystem.Reading = () =>
        {
            isReading.Set();
            Assert.True(mayGoOn.Wait(Deadline));
        };
        var channel = new ScriptedChannel().ThenWait().Then(
            KernelRequest.Init(),
            KernelRequest.Lookup("file"),
            KernelRequest.Of(Opcode.Open, 2, new FileMessages.OpenIn()),
            KernelRequest.Read(0, 0, 5));
        FuseSession session = Session(channel);
        session.Initialize(256);
        session.Start(threads: 1);
        Assert.True(isReading.Wait(Deadline));

        var closing = new Thread(session.Close);
        closing.Start();
        Assert.True(SpinWait.SpinUntil(() => closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Deadline));
        _ = channel.Then(GetAttr);
        Assert.False(session.Completion.IsCompleted);
        Assert.Null(_fileSystem.End);
        mayGoOn.Set();
        Assert.Equal(FuseEndReason.Closed, (await session.Completion.WaitAsync(Deadline)).Reason);
        Assert.True(closing.Join(Deadline));
        Assert.True(SpinWait.SpinUntil(() => channel.IsDisposed, Deadline));
        Assert.Equal(
            [-107, 0, 0, 0, 0],
            channel.Replies().Select(reply => MemoryMarshal.Read<Headers.Out>(reply).Error).Order());
    }

    [Fact]
    public async Task Handlers_run_on_threads_of_their_own_and_not_on_the_pool()
    {
        bool? isPooled = null;
        _fileSystem.Reading = () => isPooled = Thread.CurrentThread.IsThreadPoolThread;
        ScriptedChannel channel = new ScriptedChannel().Then(
            KernelRequest.Init(),
            KernelRequest.Lookup("file"),
            KernelRequest.Of(Opcode.Open, 2, new FileMessages.OpenIn()),
            KernelRequest.Read(0, 0, 5));
        _ = await Serve(channel, threads: 1);
        Assert.False(isPooled);
    }

    [Fact]
    public async Task What_the_end_hook_throws_is_reported_and_the_end_comes_all_the_same()
    {
        FuseFault? fault = null;
        var channel = new ScriptedChannel().Then(KernelRequest.Init());
        var session = new FuseSession(
            new FaultyEnd(), new MountOptions { Faulted = seen => fault = seen }, channel, ownerId: 0);
        session.Initialize(256);
        session.Start(threads: 1);
        _ = await session.Completion.WaitAsync(Deadline);
        Assert.Equal("ENDED", fault?.Operation);
    }

    private async Task<FuseEnd> Serve(ScriptedChannel channel, int threads)
    {
        FuseSession session = Session(channel);
        session.Initialize(256);
        session.Start(threads);
        return await session.Completion.WaitAsync(Deadline);
    }

    private FuseSession Session(ScriptedChannel channel, MountOptions? options = null) =>
        new(_fileSystem, options ?? new MountOptions(), channel, ownerId: 0);

    private sealed class FaultyEnd : FuseFileSystemBase
    {
        public override void Ended(in FuseEnd outcome) => throw new InvalidOperationException("at the end");
    }
}
