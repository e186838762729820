using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Microsoft.Extensions.Logging;
using VhdxFuse.Disk;
using VhdxFuse.Hosting;
using VhdxFuse.Output;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Commands;

/// <summary>The options that say what a mount has to prove.</summary>
internal sealed class EvidenceArguments
{
    private const string DefaultAlgorithm = "sha256";
    private const string VerifyName = "--verify-on-exit";

    private readonly Option<string[]> _hash = new("--hash")
    {
        Description = "Hash the image files and the disk before the mount is usable, for the report: "
            + $"{string.Join(", ", RunningHash.Names)}. May be given more than once.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _verify = new(VerifyName)
    {
        Description = "Hash once more at the end, and compare sizes and times too. With -f the exit code is 5 when "
            + "anything changed. Means --hash sha256 where no --hash is given.",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write the report of .vhdxfuse/report.json to this file too, and at the end what became of the "
            + "mount. A new file, and not in an image's folder.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public EvidenceArguments(Command command)
    {
        _hash.AcceptOnlyFromAmong(RunningHash.Names);
        command.Options.Add(_hash);
        command.Options.Add(_verify);
        command.Options.Add(_report);
    }

    /// <exception cref="ProgramException">Usage: the options contradict the write request.</exception>
    public void Judge(ParseResult parsed, WriteRequest request)
    {
        if (parsed.GetValue(_verify) && request.IntoImage)
        {
            throw new ProgramException(ExitCode.Usage, $"{VerifyName} is for images that are only read");
        }
    }

    /// <summary>The disk with the hashes that are wanted: this reads all of it.</summary>
    public MountedDisk Hash(ParseResult parsed, MountedDisk disk, ILogger log)
    {
        string[] algorithms = [.. (parsed.GetValue(_hash) ?? []).Distinct(StringComparer.Ordinal)];
        if (algorithms.Length == 0 && parsed.GetValue(_verify))
        {
            algorithms = [DefaultAlgorithm];
        }

        if (algorithms.Length == 0)
        {
            return disk;
        }

        Log.Hashing(log, disk.Image);
        return disk with { Hashes = EvidenceHashes.Make(disk, algorithms) };
    }

    /// <summary>Makes the file for the report; null when none is wanted.</summary>
    public ReportFile? CreateReport(ParseResult parsed, MountedDisk disk) => ReportFile.Create(
        parsed.GetValue(_report),
        disk.Chain.Layers
            .Take(disk.Chain.Disk.IsWritable ? disk.Chain.Layers.Count - 1 : disk.Chain.Layers.Count)
            .Where(layer => layer.Source is LinuxFile)
            .Select(layer => layer.Path));

    /// <summary>Verifies what is to be, and completes the report.</summary>
    public ExitCode Finish(ParseResult parsed, MountedDisk disk, ReportFile? report, ILogger log)
    {
        IReadOnlyList<string>? changes = parsed.GetValue(_verify) ? disk.Hashes?.FindChanges(disk) : null;
        report?.Write(disk.Report.ToUtf8(TimeProvider.System.GetUtcNow(), changes));
        if (changes is null)
        {
            return ExitCode.Fine;
        }

        foreach (string change in changes)
        {
            Log.Failed(log, $"verification failed: {change}");
        }

        if (changes.Count == 0)
        {
            Log.Verified(log, disk.Image);
        }

        return changes.Count == 0 ? ExitCode.Fine : ExitCode.VerificationFailed;
    }
}
