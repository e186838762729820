using System.Threading;

namespace VhdxFuse.Vhdx.Images;

/// <summary>How long a file is, while several threads write to it.</summary>
internal sealed class FileLength(long bytes)
{
    private long _bytes = bytes; // only by Interlocked

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <returns>What it was before.</returns>
    public long Set(long bytes) => Interlocked.Exchange(ref _bytes, bytes);

    /// <summary>At least this much from now on: a write has reached so far.</summary>
    public void GrowTo(long bytes)
    {
        long known = Bytes;
        while (known < bytes)
        {
            long seen = Interlocked.CompareExchange(ref _bytes, bytes, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }
}
