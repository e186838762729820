using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>Checks an image and its parents, and writes a sound one with what can be read.</summary>
internal static class CheckCommand
{
    /// <summary>Rules of the chain: a finding of theirs without a place is about a parent, not about this
    /// file.</summary>
    private static readonly string[] ChainRules = ["R-PAR-4", "R-PAR-7", "R-PAR-8"];

    public const string Name = "check";

    public static Command Create()
    {
        var image = new ImageArguments();
        var alone = new Option<bool>("--no-chain") { Description = "Check this image alone, not its parents." };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var repairTo = new Option<string?>("--repair-to")
        {
            Description = "Write a sound image with all that can be read to NEW. IMAGE itself is never changed.",
            HelpName = "NEW",
        };
        var force = new Option<bool>("--force") { Description = "Replace NEW if it is there." };
        var command = new Command(Name, "Check all structures of an image and its parents, and say what is wrong.");
        image.AddTo(command);
        command.Options.Add(alone);
        command.Options.Add(repairTo);
        command.Options.Add(force);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            using LinuxFile file = image.OpenFile(parsed);
            using NewFile? made = parsed.GetValue(repairTo) is { } path
                ? NewFile.Begin(path, parsed.GetValue(force)) : null;
            made?.RefuseSource(file);
            OpenOptions options = image.OptionsOf(parsed);
            IReadOnlyList<CheckReport> reports = ProgressBar.Run("checking", progress => parsed.GetValue(alone)
                ? [ImageChecker.Check(file, new CheckOptions { Log = options.Log, Progress = progress })]
                : ImageChecker.CheckChain(
                    file, new LinuxParentSource(image.FileOptionsOf(parsed)), options, progress));
            bool asJson = parsed.GetValue(json);
            if (made is null)
            {
                return Tell(reports, null, asJson);
            }

            foreach (CheckReport report in reports.Skip(1))
            {
                using var parent = LinuxFile.OpenRead(report.ImagePath, image.FileOptionsOf(parsed));
                made.RefuseSource(parent);
            }

            return Repair(file, made, reports, options, asJson);
        });
        return command;
    }

    private static int Tell(IReadOnlyList<CheckReport> reports, RepairDocument? repair, bool asJson)
    {
        CheckDocument document = CheckDocument.Of(reports, repair);
        if (asJson)
        {
            OutputJson.Print(document, OutputJson.Default.CheckDocument);
        }
        else
        {
            CheckText.Print(document);
        }

        return (int)(repair is null ? ExitOf(reports)
            : repair.UnreadableBytes > 0 ? ExitCode.Corrupt : ExitCode.Fine);
    }

    private static int Repair(
        LinuxFile file, NewFile made, IReadOnlyList<CheckReport> reports, OpenOptions options, bool asJson)
    {
        RepairReport repair;
        try
        {
            repair = ProgressBar.Run(
                "repairing",
                reports[0].Geometry?.DiskSizeBytes ?? 0,
                progress => ImageRepair.Write(file, made.File, options, progress));
        }
        catch (VhdxException)
        {
            _ = Tell(reports, null, asJson); // what was found is said; that nothing can be made of it is the outcome
            throw;
        }

        // What was written is judged as anything else is.
        CheckReport sound = ImageChecker.Check(made.File);
        if (sound.Findings.FirstOrDefault(f => f.Severity == FindingSeverity.Error) is { } fault)
        {
            throw new ProgramException(
                ExitCode.CannotOpen,
                $"internal error, please report it: the repaired image isn't sound and was dropped: {fault}");
        }

        made.Publish();
        return Tell(reports, RepairDocument.Of(made.FinalPath, repair), asJson);
    }

    private static ExitCode ExitOf(IReadOnlyList<CheckReport> reports)
    {
        Finding[] errors =
            [.. reports.SelectMany(report => report.Findings).Where(f => f.Severity == FindingSeverity.Error)];
        if (errors.Length == 0)
        {
            return ExitCode.Fine;
        }

        // Not even a header: whatever the file is, it is no damaged VHDX.
        if (reports[0].Findings is [{ RuleId: "R-FTI-1" }])
        {
            return ExitCode.CannotOpen;
        }

        return errors.All(f => f.At is null && ChainRules.Contains(f.RuleId, StringComparer.Ordinal))
            ? ExitCode.Parent : ExitCode.Corrupt;
    }
}
