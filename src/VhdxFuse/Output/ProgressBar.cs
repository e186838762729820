using System;
using Spectre.Console;

namespace VhdxFuse.Output;

/// <summary>Shows how far long work is, on stderr and only to a person.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports how many bytes it has done so far.</summary>
    public static T Run<T>(string name, long totalBytes, Func<Action<long>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(_ => { });
        }

        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) };
        IAnsiConsole console = AnsiConsole.Create(settings);
        return console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(name, maxValue: totalBytes);
                return work(done => task.Value = done);
            });
    }
}
