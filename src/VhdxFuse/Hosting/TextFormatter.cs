using System.Globalization;
using System.IO;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace VhdxFuse.Hosting;

/// <summary>Messages as programs of this kind have always written them: <c>vhdxfuse: what happened</c>.</summary>
internal sealed class TextFormatter() : ConsoleFormatter("vhdxfuse")
{
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write("vhdxfuse: ");
        foreach (char c in logEntry.Formatter(logEntry.State, logEntry.Exception))
        {
            // A file name may hold anything: one message stays one line, and a terminal sees no controls.
            if (char.IsControl(c))
            {
                textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
            }
            else
            {
                textWriter.Write(c);
            }
        }

        textWriter.Write('\n');
    }
}
