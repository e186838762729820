using System;
using System.Threading;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Remembers the first failure after which nobody knows what the file durably holds: a log write, a home write or a
/// flush that failed (R-LOGW-14). From then on nothing is made durable any more and nothing is tried again; reads go
/// on, and the log stays for the next open.
/// </summary>
internal sealed class FailureLatch(string imagePath)
{
    private Exception? _cause; // set once

    /// <summary>Whether something failed.</summary>
    public bool IsSet => Volatile.Read(ref _cause) is not null;

    /// <summary>Runs work whose failure leaves the file in doubt.</summary>
    /// <exception cref="VhdxException">Io: an earlier failure; the work isn't begun.</exception>
    public void Guard(Action work)
    {
        ThrowIfSet();
        try
        {
            work();
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _cause, failure, null);
            throw;
        }
    }

    /// <exception cref="VhdxException">Io: an earlier failure, which the message repeats.</exception>
    public void ThrowIfSet()
    {
        if (Volatile.Read(ref _cause) is { } cause)
        {
            throw new VhdxException(
                VhdxErrorKind.Io,
                imagePath,
                $"nothing more is written, since an earlier failure left the file in doubt ({cause.Message})",
                cause);
        }
    }
}
