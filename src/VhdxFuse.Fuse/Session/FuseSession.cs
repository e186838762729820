using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Serves one connection: answers INIT, then runs the readers until the kernel says that it is over.</summary>
/// <remarks>
/// <para>Order: <see cref="Initialize"/>, then <see cref="Start"/>, once each. Each reader owns its buffers, and its
/// channel if it could be cloned; the session owns the channel given to it. The last reader out disposes of it.
/// One reader at a time is at the kernel (<see cref="ReaderCrew"/>).</para>
/// <para>The end: the first to learn of it closes the gate, which waits for handlers on other threads, then calls
/// <see cref="IFuseFileSystem.Ended"/>, then completes. DESTROY is not waited for: an ordinary mount never gets
/// one.</para>
/// </remarks>
internal sealed class FuseSession
{
    private const int MaxWaiting = 96; // readers that wait for a flush, beside the others
    private const int MaxReading = 16; // readers in all that wait for a disk to read

    private readonly IFuseFileSystem _fileSystem;
    private readonly MountOptions _options;
    private readonly IFuseChannel _channel;
    private readonly Dispatcher _dispatcher;
    private readonly HandlerGate _gate = new();
    private readonly WritePace _writes = new();
    private readonly TaskCompletionSource<FuseEnd> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InitOutcome _agreed; // written before the readers start
    private ReaderCrew _crew = null!; // likewise
    private int _threads; // likewise
    private int _waiting; // readers in requests that wait for a flush
    private int _isEnding; // 1 once somebody ends the session
    private int _readers; // those that haven't left

    public FuseSession(IFuseFileSystem fileSystem, MountOptions options, IFuseChannel channel, uint ownerId)
    {
        _fileSystem = fileSystem;
        _options = options;
        _channel = channel;
        _dispatcher = new Dispatcher(fileSystem, options, new NodeTable(), ownerId);
    }

    /// <summary>Ends after the file system's Ended.</summary>
    public Task<FuseEnd> Completion => _completion.Task;

    /// <summary>Receives and answers INIT on the calling thread. Nothing else is served before.</summary>
    /// <param name="pagesLimit">The most pages to ask for.</param>
    /// <exception cref="FuseException">The kernel refused, or speaks a version we don't.</exception>
    public void Initialize(int pagesLimit)
    {
        using var buffer = new RequestBuffer(maxDataBytes: RequestBuffer.MinRequestBytes);
        InitOutcome? agreed = null;
        while (agreed is null)
        {
            int length = ReceiveInit(buffer);
            bool isWhole = RequestMessage.TryParse(buffer.Request[..length], out RequestMessage request);
            bool isInit = isWhole && request.Opcode == Opcode.Init;
            int result = isInit
                ? InitNegotiation.Answer(request.Body, pagesLimit, ReplyPayload.Of(buffer.Reply), out agreed)
                : FuseErrno.Eio.ToResult();
            int sent = _channel.Send(buffer.Reply[..Dispatcher.Finish(request, result, buffer.Reply)]);
            if (result < 0 || sent < 0)
            {
                throw new FuseException(FuseFailure.Protocol, isInit
                    ? "the kernel's FUSE protocol is too old or its INIT request was refused"
                    : "the connection was already in use: its first request was not INIT");
            }
        }

        _agreed = agreed.Value;
    }

    /// <summary>Starts the first reader; it starts others as they are needed.</summary>
    /// <param name="threads">How many requests may be served at once without waiting for a disk; at least 1.</param>
    public void Start(int threads)
    {
        _threads = threads;
        _crew = new ReaderCrew(TryStartAnother);

        // Counted before it runs: it may end at once, and must take itself for the last.
        _readers = 1;
        MakeReader(own: null, new RequestBuffer(_agreed.MaxDataBytes)).Start();
    }

    /// <summary>Ends the session from our side, for a mount that isn't ours to unmount. Waits for running handlers;
    /// readers stay blocked in the kernel until its next request, which they refuse. Never from inside a
    /// handler.</summary>
    public void Close() => End(new FuseEnd(FuseEndReason.Closed, FuseErrno.None));

    private int ReceiveInit(RequestBuffer buffer)
    {
        while (true)
        {
            int received = _channel.Receive(buffer.Request);
            if (received >= 0)
            {
                return received;
            }

            if (!ReceiveErrors.IsTransient((FuseErrno)(-received)))
            {
                throw new FuseException(
                    FuseFailure.Protocol,
                    $"reading the kernel's INIT request failed with errno {-received}",
                    (FuseErrno)(-received));
            }
        }
    }

    private Thread MakeReader(IFuseChannel? own, RequestBuffer buffer) =>
        new(() => RunReader(own, buffer)) { IsBackground = true, Name = "fuse reader" };

    /// <summary>Called by a reader, so that the channel is still open.</summary>
    private bool TryStartAnother()
    {
        RequestBuffer? buffer = null;
        IFuseChannel? own = _options.CloneDescriptors ? _channel.TryClone() : null;
        _ = Interlocked.Increment(ref _readers);
        try
        {
            buffer = new RequestBuffer(_agreed.MaxDataBytes);
            MakeReader(own, buffer).Start();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // No memory, or no thread: one reader fewer for as long as the request takes.
            _ = Interlocked.Decrement(ref _readers);
            buffer?.Dispose();
            own?.Dispose();
            return false;
        }
    }

    private void RunReader(IFuseChannel? own, RequestBuffer buffer)
    {
        try
        {
            ReadLoop(own ?? _channel, buffer);
        }
        finally
        {
            buffer.Dispose();
            own?.Dispose();
            if (Interlocked.Decrement(ref _readers) == 0)
            {
                _channel.Dispose();
            }
        }
    }

    private void ReadLoop(IFuseChannel channel, RequestBuffer buffer)
    {
        var poll = new BusyPoll();
        bool hasPlace = false;
        while (hasPlace || _crew.Join())
        {
            hasPlace = true;
            int received = poll.Receive(channel, buffer.Request);
            if (received < 0)
            {
                var errno = (FuseErrno)(-received);
                if (ReceiveErrors.IsTransient(errno))
                {
                    continue;
                }

                End(ReceiveErrors.EndOf(errno));
                return;
            }

            if (!_gate.TryEnter())
            {
                Refuse(channel, buffer, received);
                return;
            }

            FuseErrno failure = Serve(channel, buffer, received, ref hasPlace);
            if (failure != FuseErrno.None)
            {
                End(new FuseEnd(FuseEndReason.Error, failure));
                return;
            }
        }
    }

    /// <param name="channel">Where the request came from.</param>
    /// <param name="buffer">Holds it.</param>
    /// <param name="received">Its length.</param>
    /// <param name="hasPlace">False afterwards if the place at the kernel was handed on.</param>
    /// <returns>None, or why no reply could be sent at all.</returns>
    private FuseErrno Serve(IFuseChannel channel, RequestBuffer buffer, int received, ref bool hasPlace)
    {
        try
        {
            ReadOnlySpan<byte> message = buffer.Request[..received];
            RequestWeight weight = Dispatcher.WeightOf(message);
            int length = weight == RequestWeight.SmallRead
                ? _dispatcher.DispatchCached(message, buffer.Reply)
                : Dispatcher.NoReply;
            if (length != Dispatcher.NoReply && Outcome(channel.Send(buffer.Reply[..length])) == FuseErrno.None)
            {
                return FuseErrno.None;
            }

            hasPlace = weight == RequestWeight.Quick || (weight == RequestWeight.SmallWrite && _writes.IsQuick);
            if (!hasPlace)
            {
                _crew.Leave(MostReadersFor(weight));
            }

            return weight switch
            {
                RequestWeight.SmallWrite => AnswerTimed(channel, buffer, received),
                RequestWeight.Waiting => AnswerWaiting(channel, buffer, received),
                _ => Answer(channel, buffer, received, weight),
            };
        }
        finally
        {
            _gate.Leave();
        }
    }

    // Beside those that wait for a flush. The kernel keeps at most 64 synchronous writes under way (max_background),
    // and one fsync a file.
    private int MostReadersFor(RequestWeight weight) => weight switch
    {
        RequestWeight.Waiting => _threads + MaxWaiting,
        RequestWeight.SmallRead => Math.Max(_threads, MaxReading) + Volatile.Read(ref _waiting),
        _ => _threads + Volatile.Read(ref _waiting),
    };

    private FuseErrno AnswerWaiting(IFuseChannel channel, RequestBuffer buffer, int received)
    {
        _ = Interlocked.Increment(ref _waiting);
        try
        {
            return Answer(channel, buffer, received, RequestWeight.Waiting);
        }
        finally
        {
            _ = Interlocked.Decrement(ref _waiting);
        }
    }

    private FuseErrno AnswerTimed(IFuseChannel channel, RequestBuffer buffer, int received)
    {
        long start = Stopwatch.GetTimestamp();
        FuseErrno failure = Answer(channel, buffer, received, RequestWeight.SmallWrite);
        _writes.Note(Stopwatch.GetTimestamp() - start);
        return failure;
    }

    /// <returns>None, or why no reply could be sent at all.</returns>
    private FuseErrno Answer(IFuseChannel channel, RequestBuffer buffer, int received, RequestWeight weight)
    {
        // When data in place could not be had, the caller has EIO, and the read that follows finds and reports why.
        KernelBytes data = default;
        int head = weight == RequestWeight.Long
            ? _dispatcher.DispatchInPlace(buffer.Request[..received], buffer.Reply, out data)
            : Dispatcher.NoReply;
        if (head != Dispatcher.NoReply && Outcome(channel.Send(buffer.Reply[..head], data)) == FuseErrno.None)
        {
            return FuseErrno.None;
        }

        int length = _dispatcher.Dispatch(buffer.Request[..received], buffer.Reply);
        FuseErrno sent = length == Dispatcher.NoReply ? FuseErrno.None : Outcome(channel.Send(buffer.Reply[..length]));
        if (sent == FuseErrno.None)
        {
            return FuseErrno.None;
        }

        // The reply could not go out as it is; its caller must not wait for ever.
        _ = RequestMessage.TryParse(buffer.Request[..received], out RequestMessage request);
        int errorLength = Dispatcher.Finish(request, FuseErrno.Eio.ToResult(), buffer.Reply);
        return Outcome(channel.Send(buffer.Reply[..errorLength]));
    }

    // A request interrupted meanwhile (ENOENT) needs no reply; the end of the connection shows at the next read.
    private static FuseErrno Outcome(int sent)
    {
        var errno = (FuseErrno)(-sent);
        return errno is FuseErrno.Enoent or FuseErrno.Enodev or FuseErrno.Econnaborted ? FuseErrno.None : errno;
    }

    private static void Refuse(IFuseChannel channel, RequestBuffer buffer, int received)
    {
        bool isWhole = RequestMessage.TryParse(buffer.Request[..received], out RequestMessage request);
        if (isWhole && !Dispatcher.IsOneWay(request.Opcode))
        {
            int length = Dispatcher.Finish(request, FuseErrno.Enotconn.ToResult(), buffer.Reply);
            _ = channel.Send(buffer.Reply[..length]);
        }
    }

    private void End(FuseEnd end)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return;
        }

        _gate.Close();
        _crew.End();
        try
        {
            _fileSystem.Ended(end);
        }
        catch (Exception exception)
        {
            _ = new FaultReporter(_options).Report("ENDED", exception);
        }

        _completion.SetResult(end);
    }
}
