using System;
using System.Threading;

namespace VhdxFuse.Fuse.Session;

/// <summary>
/// Keeps a reader at the kernel while others wait for a disk. A reader that is about to wait for a flush says so; if
/// it was the last one free, a spare takes its place: one that is parked here, else a new one. Afterwards as many
/// stay free as were asked for, and the others park.
/// </summary>
/// <remarks>Without a bound the kernel could take every thread with synchronous writes. It keeps at most 64 of those
/// under way (<c>max_background</c>), and one fsync a file; the bound on spares lies above that.</remarks>
/// <param name="free">Readers at the start; all of them free.</param>
/// <param name="startSpare">Starts one more reader; false when the machine has no thread left, or the session has
/// ended.</param>
internal sealed class ReaderCrew(int free, Func<bool> startSpare)
{
    private const int MaxSpares = 96;

    private readonly int _wanted = free;
    private readonly object _gate = new(); // a monitor: Lock can't be waited on
    private int _free = free; // guarded by _gate; they read, or serve what waits for nothing
    private int _parked; // guarded by _gate
    private int _called; // guarded by _gate; parked ones that may go, and count as free already
    private int _spares; // guarded by _gate; started so far
    private bool _hasEnded; // guarded by _gate

    /// <summary>Before a handler that may wait. <see cref="EndWait"/> must follow.</summary>
    public void BeginWait()
    {
        lock (_gate)
        {
            if (--_free > 0 || _hasEnded)
            {
                return;
            }

            if (_parked > _called)
            {
                _called++;
                _free++;
                Monitor.Pulse(_gate);
                return;
            }

            if (_spares < MaxSpares && startSpare())
            {
                _spares++;
                _free++;
            }
        }
    }

    /// <summary>After the handler's reply has gone. May keep the caller here for as long as it isn't needed.</summary>
    /// <returns>False once the session has ended: don't read again.</returns>
    public bool EndWait()
    {
        lock (_gate)
        {
            if (_free < _wanted)
            {
                _free++;
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
