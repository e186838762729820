using System.Threading;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Knows when every read and write that had begun before a moment has ended, without a lock on their way: they count
/// themselves under the epoch they begin in, and an epoch ends only when those of the one before have ended.
/// </summary>
internal sealed class InFlight
{
    private readonly int[] _counts = new int[2]; // by parity of the epoch
    private long _epoch;

    /// <summary>The present epoch: what begins later begins in it or a later one.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>A read or write begins.</summary>
    /// <returns>What <see cref="Exit"/> wants back.</returns>
    public int Enter()
    {
        while (true)
        {
            long epoch = Epoch;
            int parity = (int)(epoch & 1);
            Interlocked.Increment(ref _counts[parity]);
            if (Epoch == epoch)
            {
                return parity;
            }

            Interlocked.Decrement(ref _counts[parity]);
        }
    }

    /// <summary>It has ended.</summary>
    public void Exit(int entered) => Interlocked.Decrement(ref _counts[entered]);

    /// <summary>Begins the next epoch if all of the one before the present have ended. One thread at a time.</summary>
    public void TryAdvance()
    {
        long epoch = Epoch;
        if (Volatile.Read(ref _counts[(int)((epoch + 1) & 1)]) == 0)
        {
            Volatile.Write(ref _epoch, epoch + 1);
        }
    }

    /// <summary>Whether all that began in an epoch or before it have ended.</summary>
    public bool HasPassed(long epoch) => Epoch >= epoch + 2;
}
