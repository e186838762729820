using System;
using Spectre.Console;
using VhdxFuse.Hosting;

namespace VhdxFuse.Output;

/// <summary>Shows how far long work is, on stderr and only to a person, and lets a signal stop it.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports how many bytes it has done so far. After a signal the report throws; the work
    /// reports where it may be stopped.</summary>
    /// <param name="name">Of the work.</param>
    /// <param name="totalBytes">How much there is; 0: nobody knows.</param>
    /// <param name="work">Gets the report.</param>
    /// <exception cref="ProgramException">Interrupted: a signal has come.</exception>
    public static T Run<T>(string name, long totalBytes, Func<Action<long>, T> work) =>
        Run(name, report => work(done => report(done, totalBytes)));

    /// <summary>The same for work that learns only on its way how much there is: it reports both.</summary>
    /// <exception cref="ProgramException">Interrupted: a signal has come.</exception>
    public static T Run<T>(string name, Func<Action<long, long>, T> work)
    {
        using var interruption = Interruption.Watch();
        if (Console.IsErrorRedirected)
        {
            return work((_, _) => interruption.ThrowIfWanted());
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
                ProgressTask task = context.AddTask(name);
                return work((done, totalBytes) =>
                {
                    interruption.ThrowIfWanted();
                    task.IsIndeterminate = totalBytes == 0;
                    task.MaxValue = totalBytes > 0 ? totalBytes : double.MaxValue;
                    task.Value = done;
                });
            });
    }
}
