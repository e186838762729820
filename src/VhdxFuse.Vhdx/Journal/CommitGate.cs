using System;
using System.Threading;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// One commit at a time, and one for all who wait. Whoever arrives is served by a commit that begins after his arrival:
/// never by the running one, whose snapshot may be older than his writes (D-8).
/// </summary>
internal sealed class CommitGate
{
    private readonly object _gate = new();
    private long _begun; // guarded by _gate
    private long _ended; // guarded by _gate; equal to _begun, or one less while a commit runs

    /// <summary>Returns when a commit that began after the call has ended, well or not. Runs it on this thread, unless
    /// another of those who wait does.</summary>
    /// <exception cref="Exception">What the commit threw, to the one who ran it; the others look at the
    /// latch.</exception>
    public void Run(Action commit)
    {
        lock (_gate)
        {
            long mine = _begun + 1;
            while (_ended != _begun)
            {
                Monitor.Wait(_gate);
                if (_ended >= mine)
                {
                    return;
                }
            }

            _begun++;
        }

        RunBegun(commit);
    }

    /// <summary>Runs work of which a commit is a part, on this thread, when no other commit runs.</summary>
    public void RunAlone(Action work)
    {
        lock (_gate)
        {
            while (_ended != _begun)
            {
                Monitor.Wait(_gate);
            }

            _begun++;
        }

        RunBegun(work);
    }

    private void RunBegun(Action commit)
    {
        try
        {
            commit();
        }
        finally
        {
            lock (_gate)
            {
                _ended++;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
