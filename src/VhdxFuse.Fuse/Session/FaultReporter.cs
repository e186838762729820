using System;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Turns what a handler threw into an error number, and tells the host.</summary>
internal sealed class FaultReporter(MountOptions options)
{
    /// <summary>Reports a fault of a request.</summary>
    /// <returns>A negative error number for the caller.</returns>
    public int Report(Opcode opcode, Exception exception) =>
        Report(opcode.ToString().ToUpperInvariant(), exception);

    /// <summary>Reports a fault of the named operation.</summary>
    /// <returns>A negative error number for the caller.</returns>
    public int Report(string operation, Exception exception)
    {
        // The host's own functions run here; if they fail, the request still needs its answer.
        FuseErrno errno = FuseErrno.Eio;
        try
        {
            errno = options.ErrnoOf?.Invoke(exception) ?? FuseErrno.Eio;
            options.Faulted?.Invoke(new FuseFault(operation, exception, errno));
        }
        catch (Exception)
        {
            return FuseErrno.Eio.ToResult();
        }

        return errno > FuseErrno.None ? errno.ToResult() : FuseErrno.Eio.ToResult();
    }
}
