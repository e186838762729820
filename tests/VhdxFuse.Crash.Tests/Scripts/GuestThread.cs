using System;
using System.Threading;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>A guest's call on a thread of its own, made while another call is under way.</summary>
internal sealed class GuestThread
{
    private const int SightingsOfBlocked = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Thread _thread;

    public GuestThread(Action call)
    {
        _thread = new Thread(() => call()) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Returns when the call has returned, or waits for somebody, which can only be the call that is under
    /// way.</summary>
    public void WaitUntilDoneOrBlocked()
    {
        for (int sightings = 0; _thread.IsAlive && sightings < SightingsOfBlocked;)
        {
            sightings = _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) ? sightings + 1 : 0;
            Thread.Yield();
        }
    }

    /// <returns>False: it hangs.</returns>
    public bool Join() => _thread.Join(Patience);
}
