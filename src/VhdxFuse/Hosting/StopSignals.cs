using System;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Extensions.Logging;
using VhdxFuse.Fuse;

namespace VhdxFuse.Hosting;

/// <summary>
/// SIGTERM, SIGINT and SIGHUP. The first one unmounts; when the mount is in use it says so and goes on serving. The
/// next one detaches. As process 1, which only a container that is going down signals, the first detaches and ends.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly PosixSignalRegistration[] _registrations;
    private IFuseMount? _mount; // guarded by _gate
    private int _count; // guarded by _gate

    /// <summary>From here on signals don't end the process: register before mounting, so that none leaves a mount
    /// behind that nobody serves.</summary>
    public StopSignals(ILogger log)
    {
        _log = log;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>Gives signals the mount to act on; one that came before acts now.</summary>
    public void Attach(IFuseMount mount)
    {
        lock (_gate)
        {
            _mount = mount;
            if (_count > 0)
            {
                StopLocked();
            }
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            _count++;
            if (_mount is not null)
            {
                StopLocked();
            }
        }
    }

    private void StopLocked()
    {
        try
        {
            if (Environment.ProcessId == Background.FirstProcess)
            {
                // What is open there goes down with the container; what was written must not.
                _mount!.Detach();
                _mount.Abandon();
            }
            else if (_count > 1)
            {
                _mount!.Detach();
                Log.Detached(_log, _mount.MountPoint);
            }
            else if (!_mount!.TryUnmount())
            {
                Log.Busy(_log, _mount.MountPoint);
            }
        }
        catch (FuseException exception)
        {
            // On a thread of the runtime there is nobody above us; the mount goes on, and the next signal tries again.
            Log.Failed(_log, exception.Message);
        }
    }
}
