using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Hosting;

/// <summary>
/// Makes what was written durable though nobody asked for it, which bounds what a mount can lose that is never synced:
/// once nothing was written for a second, and every five seconds while something is. Sleeps when nothing was written
/// since.
/// </summary>
/// <remarks><see cref="NoteWrite"/> runs on any thread; the checkpoints on one of our own, never two at once.</remarks>
internal sealed class CheckpointTimer : IDisposable
{
    private static readonly TimeSpan DefaultStep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan DefaultIdle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultLongest = TimeSpan.FromSeconds(5);

    private readonly Action _checkpoint;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private long _writes; // only by Interlocked
    private int _sleeps; // 1 while the thread wants to be woken by a write
    private string _lastFailure = ""; // the thread's own

    /// <summary>Makes a timer that does nothing until <see cref="Start"/>.</summary>
    /// <param name="checkpoint">Called on it; what it throws of the engine's kind is logged, each line once.</param>
    /// <param name="log">Where to.</param>
    public CheckpointTimer(Action checkpoint, ILogger log)
    {
        _checkpoint = checkpoint;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint" };
    }

    /// <summary>How often to look.</summary>
    public TimeSpan Step { get; init; } = DefaultStep;

    /// <summary>How long nothing must have been written.</summary>
    public TimeSpan Idle { get; init; } = DefaultIdle;

    /// <summary>The longest time from the first write to the checkpoint.</summary>
    public TimeSpan Longest { get; init; } = DefaultLongest;

    /// <summary>Starts the thread. Once only.</summary>
    public void Start() => _thread.Start();

    /// <summary>Something was written.</summary>
    public void NoteWrite()
    {
        // Counted before the look, and the thread looks again after it said that it sleeps: no write is missed.
        Interlocked.Increment(ref _writes);
        if (Volatile.Read(ref _sleeps) != 0 && Interlocked.Exchange(ref _sleeps, 0) != 0)
        {
            _wake.Set();
        }
    }

    /// <summary>Ends the thread, after a checkpoint that runs; what was written last is the caller's to make durable.
    /// Later writes are only counted. Any number of times.</summary>
    public void Stop()
    {
        _stop.Set();
        _wake.Set();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            return;
        }

        _thread.Join();
    }

    /// <summary>Stops. No write may come any more.</summary>
    public void Dispose()
    {
        Stop();
        _stop.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        long settled = 0;
        while (WaitForWrite(settled) && WaitForCalm())
        {
            settled = Interlocked.Read(ref _writes);
            Checkpoint();
        }
    }

    /// <returns>False when it is time to stop.</returns>
    private bool WaitForWrite(long settled)
    {
        Interlocked.Exchange(ref _sleeps, 1);
        while (Interlocked.Read(ref _writes) == settled && !_stop.IsSet)
        {
            _wake.WaitOne();
            Interlocked.Exchange(ref _sleeps, 1);
        }

        Volatile.Write(ref _sleeps, 0);
        return !_stop.IsSet;
    }

    /// <returns>False when it is time to stop.</returns>
    private bool WaitForCalm()
    {
        long start = TimeProvider.System.GetTimestamp();
        long lastWriteAt = start;
        long seen = Interlocked.Read(ref _writes);
        while (TimeProvider.System.GetElapsedTime(lastWriteAt) < Idle
            && TimeProvider.System.GetElapsedTime(start) < Longest)
        {
            if (_stop.Wait(Step))
            {
                return false;
            }

            long writes = Interlocked.Read(ref _writes);
            if (writes != seen)
            {
                seen = writes;
                lastWriteAt = TimeProvider.System.GetTimestamp();
            }
        }

        return true;
    }

    private void Checkpoint()
    {
        try
        {
            _checkpoint();
            _lastFailure = "";
        }
        catch (Exception exception) when (exception is VhdxException or InvariantException)
        {
            // Nobody waits for us. Whoever syncs or writes next gets the error himself; this says when it began.
            if (!string.Equals(exception.Message, _lastFailure, StringComparison.Ordinal))
            {
                _lastFailure = exception.Message;
                Log.CheckpointFailed(_log, exception.Message);
            }
        }
    }
}
