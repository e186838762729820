using System;
using System.CommandLine;
using System.Linq;
using System.Text.Json;
using VhdxFuse.Output;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>Lists the entries of an image's log and says which count.</summary>
internal static class LogCommand
{
    public const string Name = "log";

    public static Command Create()
    {
        var image = new ImageArguments();
        var json = new Option<bool>("--json") { Description = "Write JSON, stale entries too." };
        var all = new Option<bool>("--all") { Description = "List stale entries too, those of earlier sessions." };
        var command = new Command(Name, "List the entries of an image's log, and which are active, torn or stale.");
        image.AddTo(command);
        command.Options.Add(all);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            using LinuxFile file = image.OpenFile(parsed);
            LogInspection log = LogInspection.Read(file);
            if (parsed.GetValue(json))
            {
                PrintJson(file.Path, log);
            }
            else
            {
                PrintTable(log, parsed.GetValue(all));
            }

            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void PrintTable(LogInspection log, bool all)
    {
        string name = log.LogGuid == Guid.Empty ? "none pending" : Documents.Text(log.LogGuid);
        Console.Out.WriteLine($"log at 0x{log.Start.Value:x}, {Sizes.Human(log.LengthBytes)}; LogGuid {name}; " +
            $"{Documents.Name(log.Outcome)}");
        Console.Out.WriteLine(
            $"{"in log",10} {"state",-11} {"sequence",20} {"length",10} {"tail",10} {"data",6} {"zero",6}  defect");
        foreach (LogEntryInfo entry in log.Entries.Where(entry => all || entry.State != LogEntryState.Stale))
        {
            string defect = entry.Defect == Vhdx.Journal.LogEntryDefect.None ? "" : Documents.Name(entry.Defect);
            Console.Out.WriteLine((
                $"{$"0x{entry.OffsetInLog:x}",10} {Documents.Name(entry.State),-11} {entry.SequenceNumber,20} " +
                $"{entry.LengthBytes,10} {$"0x{entry.TailOffset:x}",10} {entry.DataDescriptorCount,6} " +
                $"{entry.ZeroDescriptorCount,6}  {defect}").TrimEnd());
        }

        int stale = log.Entries.Count(entry => entry.State == LogEntryState.Stale);
        if (stale > 0 && !all)
        {
            Console.Out.WriteLine($"{stale} stale entries of earlier sessions are not listed (--all lists them)");
        }
    }

    private static void PrintJson(string path, LogInspection log)
    {
        var document = LogListDocument.Of(path, log);
        Console.Out.WriteLine(JsonSerializer.Serialize(document, OutputJson.Default.LogListDocument));
    }
}
