using System;
using System.Collections.Generic;
using Microsoft.Extensions.Logging;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>A log that keeps what it is told.</summary>
internal sealed class KeptLines : ILogger
{
    private readonly List<string> _lines = []; // guarded by itself

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add(formatter(state, exception));
        }
    }
}
