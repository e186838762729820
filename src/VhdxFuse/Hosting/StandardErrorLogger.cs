using System;
using System.IO;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace VhdxFuse.Hosting;

/// <summary>Writes each message to descriptor 2 with one write(2).</summary>
/// <remarks>The formatters are those of Microsoft.Extensions.Logging.Console, its output isn't: System.Console keeps
/// duplicates of the standard descriptors, so that after its first use <c>x=$(vhdxfuse …)</c> would wait for as long as
/// the mount lives. Nor does a message wait in a queue when the process ends.</remarks>
internal sealed class StandardErrorLogger : ILogger
{
    private const int StandardError = 2;

    private readonly ConsoleFormatter _formatter;
    private readonly LogLevel _lowest;

    private StandardErrorLogger(ConsoleFormatter formatter, LogLevel lowest)
    {
        _formatter = formatter;
        _lowest = lowest;
    }

    public static StandardErrorLogger Create(LogFormat format, LogLevel lowest) =>
        new(format == LogFormat.Json ? JsonFormatter() : new TextFormatter(), lowest);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _lowest;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            using var text = new StringWriter();
            _formatter.Write(
                new LogEntry<TState>(logLevel, "vhdxfuse", eventId, state, exception, formatter), null, text);
            Descriptor.Write(StandardError, Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    // The package keeps the formatter's class to itself; its container is the way to it.
    private static ConsoleFormatter JsonFormatter()
    {
        ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            }))
            .BuildServiceProvider();
        foreach (ConsoleFormatter formatter in services.GetServices<ConsoleFormatter>())
        {
            if (string.Equals(formatter.Name, ConsoleFormatterNames.Json, StringComparison.Ordinal))
            {
                return formatter;
            }
        }

        throw new InvalidOperationException("the logging package has no JSON formatter");
    }
}
