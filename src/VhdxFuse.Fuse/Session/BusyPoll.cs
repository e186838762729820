using System;
using System.Diagnostics;

namespace VhdxFuse.Fuse.Session;

/// <summary>
/// Receives requests, and asks again for a moment before it lets the kernel put the thread to sleep, as long as they
/// follow each other that closely: waking a thread, often on a CPU that sleeps too, costs more than serving one.
/// </summary>
/// <remarks>One reader's own. On a machine with one CPU it never asks twice: that would keep the caller from
/// running.</remarks>
internal sealed class BusyPoll
{
    private const int MaxCredit = 8;
    private const int LateFee = 2; // one late request undoes two early ones
    private static readonly long PatienceTicks = Stopwatch.Frequency / 20_000; // 50 µs
    private static readonly bool MayPay = Environment.ProcessorCount > 1;

    private int _credit;

    /// <summary>Waits for one request.</summary>
    /// <returns>Its length in bytes, or a negative error number.</returns>
    public int Receive(IFuseChannel channel, Span<byte> request)
    {
        int received = channel.TryReceive(request);
        if (received != FuseErrno.Eagain.ToResult())
        {
            return received;
        }

        long start = Stopwatch.GetTimestamp();
        while (MayPay && _credit > 0 && Stopwatch.GetTimestamp() - start < PatienceTicks)
        {
            received = channel.TryReceive(request);
            if (received != FuseErrno.Eagain.ToResult())
            {
                _credit = Math.Min(_credit + 1, MaxCredit);
                return received;
            }
        }

        received = channel.Receive(request);

        // Two spells of patience: the time it took to be woken counts too.
        bool wasEarly = Stopwatch.GetTimestamp() - start < 2 * PatienceTicks;
        _credit = wasEarly ? Math.Min(_credit + 1, MaxCredit) : Math.Max(_credit - LateFee, 0);
        return received;
    }
}
