using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Lists the entries of an image's log and says which count, what one of them writes, and replays the log
/// into a copy.</summary>
internal static class LogCommand
{
    public const string Name = "log";

    public static Command Create()
    {
        var image = new ImageArguments();
        var json = new Option<bool>("--json") { Description = "Write JSON, stale entries too." };
        var all = new Option<bool>("--all") { Description = "List stale entries too, those of earlier sessions." };
        var entry = new Option<string?>("--entry")
        {
            Description = "Say what one entry writes: N is its sequence number, or its place in the log as 0x….",
            HelpName = "N",
        };
        var hex = new Option<bool>("--hex")
        {
            Description = "With --entry: show the bytes that differ from those in the file.",
        };
        var replayTo = new Option<string?>("--replay-to")
        {
            Description = "Copy the image to COPY and replay the log there. IMAGE itself is never changed.",
            HelpName = "COPY",
        };
        var force = new Option<bool>("--force") { Description = "Replace COPY if it is there." };
        var command = new Command(Name, "List the entries of an image's log, and which are active, torn or stale.");
        image.AddTo(command);
        foreach (Option option in (Option[])[all, entry, hex, replayTo, force, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            using LinuxFile file = image.OpenFile(parsed);
            bool asJson = parsed.GetValue(json);
            if (parsed.GetValue(replayTo) is { } path)
            {
                using var copy = NewFile.Begin(path, parsed.GetValue(force));
                copy.RefuseSource(file);
                Replay(file, copy, asJson);
            }
            else if (parsed.GetValue(entry) is { } name)
            {
                PrintEntry(file, name, parsed.GetValue(hex) ? file : null, asJson);
            }
            else if (asJson)
            {
                PrintJson(file.Path, LogInspection.Read(file));
            }
            else
            {
                PrintTable(LogInspection.Read(file), parsed.GetValue(all));
            }

            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void Replay(LinuxFile file, NewFile copy, bool asJson)
    {
        ReplayReport? report = ProgressBar.Run(
            "copying",
            file.LengthBytes,
            progress => ReplayedCopy.Write(file, copy.File, new RandomGuidSource(), progress));
        copy.Publish();
        if (asJson)
        {
            var document = ReplayedCopyDocument.Of(file.Path, copy.FinalPath, report);
            OutputJson.Print(document, OutputJson.Default.ReplayedCopyDocument);
            return;
        }

        string done = report is null ? "no entry was pending"
            : $"{report.EntryCount} entries replayed: {report.PageCount} pages, {report.ZeroRangeCount} zero ranges";
        Console.Out.WriteLine($"{OneLine.Escape(copy.FinalPath)}: no log pending; {done}");
    }

    private static void PrintEntry(LinuxFile file, string name, LinuxFile? compared, bool asJson)
    {
        LogInspection log = LogInspection.Read(file);
        LogEntryInfo entry = EntryNamed(log, name);
        LogEntryContent content = LogEntryContent.Read(file, log, entry);
        var document = new LogContentDocument
        {
            Image = file.Path,
            Entry = LogEntryDocument.Of(entry),
            Updates = [.. content.Updates.Select(update => LogUpdateDocument.Of(update, content, compared))],
        };
        if (asJson)
        {
            OutputJson.Print(document, OutputJson.Default.LogContentDocument);
        }
        else
        {
            LogContentText.Print(document);
        }
    }

    // Of several entries with one number, one that isn't stale is meant.
    private static LogEntryInfo EntryNamed(LogInspection log, string name)
    {
        bool isPlace = name.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ulong number = 0;
        bool isNumber = isPlace
            ? ulong.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        LogEntryInfo[] found =
        [
            .. log.Entries
                .Where(e => isNumber && (isPlace ? (ulong)e.OffsetInLog : e.SequenceNumber) == number)
                .OrderBy(e => e.State == LogEntryState.Stale),
        ];
        if (found.Length == 0)
        {
            throw new ProgramException(ExitCode.Usage, $"the log has no entry {name} (log --all lists them)");
        }

        return found.Length == 1 || (found[0].State != LogEntryState.Stale && found[1].State == LogEntryState.Stale)
            ? found[0]
            : throw new ProgramException(
                ExitCode.Usage,
                $"{found.Length} entries have the number {name}; name one by its place: " +
                string.Join(", ", found.Take(10).Select(e => $"0x{e.OffsetInLog:x}")));
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
        OutputJson.Print(document, OutputJson.Default.LogListDocument);
    }
}
