using System.Threading;

namespace VhdxFuse.Fuse.Session;

/// <summary>Counts the handlers that run, and can be closed: then none runs any more and none will.</summary>
/// <remarks>One word: the count, plus int.MinValue once closed. A handler that comes too late undoes its own
/// count.</remarks>
internal sealed class HandlerGate
{
    private readonly object _emptied = new(); // a monitor: Lock can't be waited on
    private int _state;

    /// <returns>False once closed; else <see cref="Leave"/> must follow.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _state) > 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _state) == int.MinValue)
        {
            lock (_emptied)
            {
                Monitor.PulseAll(_emptied);
            }
        }
    }

    /// <summary>Closes and waits until every handler has left. Once only, and never from inside a handler.</summary>
    public void Close()
    {
        Interlocked.Add(ref _state, int.MinValue);
        lock (_emptied)
        {
            // Checked under the monitor, so the last handler's pulse can't fall between check and wait.
            while (Volatile.Read(ref _state) != int.MinValue)
            {
                Monitor.Wait(_emptied);
            }
        }
    }
}
