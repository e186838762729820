using System.Collections.Generic;
using System.Threading;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Lets one thread at a time change how a block is stored. Reading a block, and writing sectors that it holds, needs
/// none of them.
/// </summary>
/// <remarks>Held across the payload writes and the stage of a change, so it may wait for a commit; a commit never waits
/// for one. Order: a payload block's first, then its sector bitmap block's.</remarks>
internal sealed class BlockLocks
{
    private readonly object _gate = new();
    private readonly HashSet<long> _held = []; // guarded by _gate

    /// <summary>The lock of a payload block, as its number; of a sector bitmap block, by chunk, below zero.</summary>
    public static long OfBitmap(long chunk) => -1 - chunk;

    /// <summary>Waits until nobody else has the lock.</summary>
    public void Enter(long number)
    {
        lock (_gate)
        {
            while (!_held.Add(number))
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Exit(long number)
    {
        lock (_gate)
        {
            _held.Remove(number);
            Monitor.PulseAll(_gate);
        }
    }
}
