using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using VhdxFuse.Diagnosis;
using VhdxFuse.Hosting;
using VhdxFuse.Output;

namespace VhdxFuse.Commands;

/// <summary>Says what keeps a mount from working, and what to do about it. Mounts nothing and writes nothing.</summary>
internal sealed class DoctorCommand
{
    public const string Name = "doctor";

    private const string MachinePart = "machine";
    private const string MountPointPart = "mountPoint";
    private const string ImagePart = "image";

    private readonly ImageArguments _image = new() { IsOptional = true };

    private readonly Option<string?> _mountPoint = new("--mount-point")
    {
        Description = "Also look at the place where it is to be mounted.",
        HelpName = "PATH",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON." };

    private DoctorCommand()
    {
    }

    public static Command Create()
    {
        var doctor = new DoctorCommand();
        var command = new Command(
            Name,
            "Say what this machine or container lacks for mounting, what an image and its parents lack, and the cures. "
                + "Ends as the mount would: 0 when it would work.");
        doctor._image.AddTo(command);
        command.Options.Add(doctor._mountPoint);
        command.Options.Add(doctor._json);
        command.SetAction(doctor.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var files = new MachineFiles("/");
        var machine = MachineFacts.Gather(
            files,
            Environment.GetEnvironmentVariable("PATH") ?? "",
            Environment.OSVersion.Version,
            Fuse.Fuse.CheckDependencies());
        var symptoms = new List<SymptomDocument>();
        symptoms.AddRange(
            MachineDoctor.Examine(machine).Select(symptom => SymptomDocument.Of(MachinePart, symptom)));
        if (parsed.GetValue(_mountPoint) is { } place)
        {
            symptoms.AddRange(MountPointDoctor.Examine(place, machine, FileAccess.MayWrite)
                .Select(symptom => SymptomDocument.Of(MountPointPart, symptom)));
        }

        ExitCode exit = symptoms.Exists(IsBad) ? ExitCode.MountFailed : ExitCode.Fine;
        ImageDoctor? image = _image.IsGiven(parsed)
            ? ImageDoctor.Examine((opened, tried) => _image.OpenChain(parsed, opened, tried), files, machine)
            : null;
        if (image is not null)
        {
            symptoms.AddRange(image.Symptoms.Select(symptom => SymptomDocument.Of(ImagePart, symptom)));
            exit = image.Exit == ExitCode.Fine ? exit : image.Exit; // the mount opens the image first
        }

        var document = new DoctorDocument
        {
            ExitCode = (int)exit,
            Symptoms = symptoms,
            ParentCandidates = [.. (image?.Candidates ?? []).Select(CandidateDocument.Of)],
        };
        Print(document, parsed.GetValue(_json));
        return (int)exit;
    }

    private static bool IsBad(SymptomDocument symptom) =>
        string.Equals(symptom.Verdict, Documents.Name(Verdict.Bad), StringComparison.Ordinal);

    private static void Print(DoctorDocument document, bool json)
    {
        if (json)
        {
            OutputJson.Print(document, OutputJson.Default.DoctorDocument);
            return;
        }

        string part = MachinePart;
        foreach (SymptomDocument symptom in document.Symptoms)
        {
            if (!string.Equals(part, symptom.Part, StringComparison.Ordinal))
            {
                part = symptom.Part;
                Console.Out.WriteLine();
            }

            string verdict = IsBad(symptom) ? "BAD" : symptom.Verdict;
            Console.Out.WriteLine($"{verdict,-5} {symptom.Subject + ':',-20} {symptom.Found}");
            if (symptom.Cure is { } cure)
            {
                Console.Out.WriteLine($"{"",-5} {"",-20} cure: {cure}");
            }
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine(document.ExitCode == 0
            ? "A mount would work."
            : $"A mount would fail, with exit code {document.ExitCode}.");
    }
}
