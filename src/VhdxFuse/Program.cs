using System;
using System.CommandLine;
using System.IO;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using VhdxFuse.Commands;
using VhdxFuse.Fuse;
using VhdxFuse.Hosting;
using VhdxFuse.Vhdx;

[assembly: SupportedOSPlatform("linux")]

namespace VhdxFuse;

internal static class Program
{
    private static int Main(string[] given)
    {
        StandardDescriptors.Occupy();
        ILogger log = StandardErrorLogger.Create(LogFormat.Text, LogLevel.Information);
        try
        {
            if (MountCall.Translate(Environment.GetCommandLineArgs()[0], given) is not { } arguments)
            {
                return (int)ExitCode.Fine;
            }

            if (FirstGlance.IsBackgroundMount(arguments) && Background.MayStart)
            {
                return (int)Background.Start([]);
            }

            var commandLine = CommandLine.For(arguments, out ParseResult parsed);
            if (commandLine.ProblemOf(parsed) is { } problem)
            {
                throw new ProgramException(ExitCode.Usage, problem);
            }

            log = commandLine.LogFor(parsed);
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are the mount's business
            });
        }
        catch (Exception exception)
        {
            (ExitCode exit, string line) = Explain(exception);
            Log.Failed(log, line);
            return (int)exit;
        }
    }

    private static (ExitCode Exit, string Line) Explain(Exception exception) => exception switch
    {
        VhdxException vhdx => (ErrorTable.For(vhdx.Kind).Exit, ErrorTable.LineFor(vhdx)),
        FuseException { Failure: FuseFailure.Options } => (ExitCode.Usage, exception.Message),
        FuseException { Failure: FuseFailure.MountPoint or FuseFailure.DeadMount } =>
            (ExitCode.MountFailed, exception.Message),
        FuseException => (ExitCode.MountFailed, $"{exception.Message}; 'vhdxfuse doctor' looks for more"),
        IOException or UnauthorizedAccessException =>
            (ExitCode.CannotOpen, $"the output can't be written: {exception.Message}"),
        ProgramException program => (program.Exit, program.Message),
        InvariantException => (ExitCode.CannotOpen, exception.Message),
        _ => (
            ExitCode.CannotOpen,
            $"internal error, please report it: {exception.GetType().Name}: {exception.Message}"),
    };
}
