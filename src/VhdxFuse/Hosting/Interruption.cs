using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Hosting;

/// <summary>Ctrl-C and SIGTERM during long work: noted, and acted on where the work says that it may stop. A second
/// signal ends the process as if nobody watched.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private volatile PosixSignalContext? _first;

    private Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>From here on a first signal doesn't end the process.</summary>
    public static Interruption Watch() => new();

    /// <summary>Called between steps, where stopping leaves everything whole.</summary>
    /// <exception cref="ProgramException">Interrupted: a signal has come.</exception>
    public void ThrowIfWanted()
    {
        if (_first is { } context)
        {
            throw new ProgramException(ExitCode.Interrupted, $"stopped by {context.Signal}");
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
        context.Cancel = _first is null;
        _first ??= context;
    }
}
