using System.Diagnostics;
using System.Threading;

namespace VhdxFuse.Fuse.Session;

/// <summary>
/// Whether small writes are quick enough to be served by the reader that has the place at the kernel: until one was
/// slow, because the host slows writers down or a full log entry had to be written first. Then others read on during
/// the next ones.
/// </summary>
/// <remarks>A hint, shared by all readers without a lock.</remarks>
internal sealed class WritePace
{
    private const int Caution = 64; // writes
    private static readonly long SlowTicks = Stopwatch.Frequency / 1000; // 1 ms

    private int _caution;

    public bool IsQuick => Volatile.Read(ref _caution) == 0;

    /// <summary>Notes how long one took.</summary>
    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Note(long ticks)
    {
        int caution = Volatile.Read(ref _caution);
        if (ticks > SlowTicks)
        {
            Volatile.Write(ref _caution, Caution);
        }
        else if (caution > 0)
        {
            Volatile.Write(ref _caution, caution - 1);
        }
    }
}
