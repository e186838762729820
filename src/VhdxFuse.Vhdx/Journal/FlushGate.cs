using System.Threading;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// The flushes of one file as numbers. A flush covers exactly what had completed before it was issued; what is done
/// later needs the next one. So whoever has done something takes <see cref="Next"/> afterwards, and knows it durable
/// once <see cref="Covers"/> says so.
/// </summary>
/// <remarks>One flush at a time: nobody waits for the lock but another who flushes. Tickets are taken and asked for
/// without it.</remarks>
internal sealed class FlushGate(IImageFile file)
{
    private readonly Lock _gate = new();
    private long _issued;
    private long _completed; // never above _issued
    private long _durableLengthBytes;

    /// <summary>The next flush to be issued: it covers everything that has completed by now.</summary>
    public FlushTicket Next => new(Volatile.Read(ref _issued) + 1);

    /// <summary>Whether any flush has completed.</summary>
    public bool HasFlushed => Volatile.Read(ref _completed) > 0;

    /// <summary>A length that the file durably has (R-LOGW-11): read before the last completed flush was
    /// issued.</summary>
    public long DurableLengthBytes => Volatile.Read(ref _durableLengthBytes);

    /// <summary>Whether a flush has completed.</summary>
    public bool Covers(FlushTicket ticket) => ticket.Number <= Volatile.Read(ref _completed);

    /// <summary>Makes everything that has completed durable.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            long number = Interlocked.Increment(ref _issued);
            long lengthBytes = file.LengthBytes;
            file.Flush();
            Volatile.Write(ref _durableLengthBytes, lengthBytes);
            Volatile.Write(ref _completed, number);
        }
    }

    /// <summary>After the file was made shorter: a log entry must never name more than it has (R-RPL-2). A flush that
    /// began before that has ended when this returns.</summary>
    public void LengthCut(long lengthBytes)
    {
        lock (_gate)
        {
            Volatile.Write(ref _durableLengthBytes, long.Min(DurableLengthBytes, lengthBytes));
        }
    }
}
