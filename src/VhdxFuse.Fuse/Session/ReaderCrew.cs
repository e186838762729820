using System;
using System.Threading;

namespace VhdxFuse.Fuse.Session;

/// <summary>
/// Keeps one reader at the kernel, and only one. It serves what is quick itself and comes straight back: no thread is
/// woken for it. Before anything longer it hands its place on: to a reader that is parked here, else to a new one.
/// </summary>
/// <remarks>A second reader blocked in the kernel would be woken for each request, on a CPU that may have to be woken
/// first, and find nothing to do whenever the first was quicker.</remarks>
/// <param name="start">Starts one more reader; false when the machine has no thread left, or the session has
/// ended.</param>
internal sealed class ReaderCrew(Func<bool> start)
{
    private readonly object _gate = new(); // a monitor: Lock can't be waited on
    private bool _isManned = true; // guarded by _gate; somebody reads, or has been called to
    private int _readers = 1; // guarded by _gate; started so far
    private int _called = 1; // guarded by _gate; may leave the park, and _isManned is on their behalf
    private int _parked; // guarded by _gate
    private bool _hasEnded; // guarded by _gate

    /// <summary>Takes the place at the kernel; waits while another has it and none is called for.</summary>
    /// <returns>False once the session has ended: don't read again.</returns>
    public bool Join()
    {
        lock (_gate)
        {
            if (!_isManned && !_hasEnded)
            {
                _isManned = true;
                return true;
            }

            _parked++;
            while (_called == 0 && !_hasEnded)
            {
                Monitor.Wait(_gate);
            }

            _parked--;
            _called -= _called > 0 ? 1 : 0;
            return !_hasEnded;
        }
    }

    /// <summary>Hands the place on, before a request that takes its time. <see cref="Join"/> follows it.</summary>
    /// <param name="mostReaders">No more than so many are started in all. With none left the place stays empty until
    /// the first is free.</param>
    public void Leave(int mostReaders)
    {
        lock (_gate)
        {
            if (_parked > _called)
            {
                _called++;
                Monitor.Pulse(_gate);
            }
            else if (!_hasEnded && _readers < mostReaders && start())
            {
                _readers++;
                _called++;
            }
            else
            {
                _isManned = false;
            }
        }
    }

    /// <summary>Lets the parked ones go home.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            Monitor.PulseAll(_gate);
        }
    }
}
