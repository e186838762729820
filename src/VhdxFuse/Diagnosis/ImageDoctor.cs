using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Diagnosis;

/// <summary>What opening an image and its parents comes upon, layer by layer and path by path.</summary>
internal sealed class ImageDoctor
{
    private const string LongPath = @"\\?\"; // as Windows writes paths of any length; --map does without it

    private readonly MachineFiles _files;
    private readonly MachineFacts _machine;
    private readonly List<Symptom> _symptoms = [];
    private readonly List<ParentCandidate> _candidates = [];

    private ImageDoctor(MachineFiles files, MachineFacts machine)
    {
        _files = files;
        _machine = machine;
    }

    /// <summary>Where parents were looked for, in that order.</summary>
    public IReadOnlyList<ParentCandidate> Candidates => _candidates;

    public IReadOnlyList<Symptom> Symptoms => _symptoms;

    /// <summary>What a mount would end with because of the image.</summary>
    public ExitCode Exit { get; private set; }

    /// <summary>Opens an image as a mount would, and closes it again.</summary>
    /// <param name="open">Opens the chain, telling of each image and of each place tried.</param>
    /// <param name="files">The machine's.</param>
    /// <param name="machine">What is mounted.</param>
    public static ImageDoctor Examine(
        Func<Action<VhdxImage>, Action<ParentCandidate>, DifferencingChain> open,
        MachineFiles files,
        MachineFacts machine)
    {
        var doctor = new ImageDoctor(files, machine);
        try
        {
            using DifferencingChain chain = open(doctor.NoteLayer, doctor.NoteCandidate);
            string layers = chain.Layers.Count == 1 ? "one layer" : $"{chain.Layers.Count} layers";
            doctor.Add("disk", Verdict.Good, $"{Sizes.Human(chain.Disk.LengthBytes)}, {layers}");
        }
        catch (VhdxException e)
        {
            doctor.Exit = ErrorTable.For(e.Kind).Exit;
            doctor.NoteFailure(e);
        }

        return doctor;
    }

    /// <summary>The folder of a Windows path, as <c>--map</c> takes it: a drive keeps its backslash.</summary>
    /// <returns>Null when the path has no folder.</returns>
    public static string? WindowsFolderOf(string path)
    {
        int end = path.TrimEnd('\\').LastIndexOf('\\');
        if (end <= 0 || path.StartsWith('.') || path.AsSpan(0, end).TrimStart('\\').IsEmpty)
        {
            return null;
        }

        string folder = path[end - 1] == ':' ? path[..(end + 1)] : path[..end];
        return folder.StartsWith(LongPath, StringComparison.Ordinal) && folder.AsSpan(LongPath.Length) is [_, ':', ..]
            ? folder[LongPath.Length..]
            : folder;
    }

    private void Add(string subject, Verdict verdict, string found, string? cure = null) =>
        _symptoms.Add(new Symptom(subject, verdict, OneLine.Escape(found), cure is null ? null : OneLine.Escape(cure)));

    private void NoteLayer(VhdxImage image)
    {
        string size = Sizes.Human(image.Geometry.DiskSizeBytes);
        Add("layer", Verdict.Good, $"{image.Path}: {Documents.Name(image.Type)}, {size}, made by {image.Creator}");
        (Verdict verdict, string log) = image.Log.Outcome switch
        {
            LogOutcome.Clean => (Verdict.Good, "clean"),
            LogOutcome.Replay => (
                Verdict.Note,
                $"pending: {image.Log.Replay?.EntryCount} entries, replayed in memory; the image stays as it is"),
            LogOutcome.Ignored => (Verdict.Note, "pending, and left out as asked for"),
            _ => (Verdict.Note, "named, but there is nothing in it to replay"),
        };
        Add("log", verdict, log);
        foreach (Anomaly anomaly in image.Anomalies)
        {
            Add("note", Verdict.Note, anomaly.Detail);
        }

        if (image.Source is LinuxFile file)
        {
            NoteFile(file);
        }
    }

    private void NoteFile(LinuxFile file)
    {
        if (MountEntry.Holding(_machine.Mounts, Path.GetFullPath(file.Path)) is { } mount)
        {
            Add("file system", Verdict.Good, $"{mount.Type} on {mount.Point}{(mount.IsReadOnly ? ", read-only" : "")}");
        }

        (Verdict verdict, string found) = file.AccessTimeGuard switch
        {
            AccessTimeGuard.OpenFlag => (Verdict.Good, "is left alone (O_NOATIME)"),
            AccessTimeGuard.FileSystem => (Verdict.Good, "is left alone: the file system is read-only or noatime"),
            _ => (Verdict.Note, "may change, as --allow-atime allows"),
        };
        Add("access time", verdict, found);
        switch (file.LockState)
        {
            case LockState.SharedWithWriter:
                Add("lock", Verdict.Note, $"another program writes it: {Holders(file.Facts)}");
                break;
            case LockState.Unsupported:
                Add("lock", Verdict.Note, "the file system has no locks: nobody can tell whether it is being written");
                break;
            default:
                Add("lock", Verdict.Good, "nobody writes it");
                break;
        }
    }

    private void NoteCandidate(ParentCandidate tried)
    {
        _candidates.Add(tried);
        string recorded = $"'{tried.RecordedPath}'";
        switch (tried.Verdict)
        {
            case ParentVerdict.Parent:
                Add("parent", Verdict.Good, $"{recorded} is {tried.Path}");
                break;
            case ParentVerdict.NotFollowed:
                Add("parent", Verdict.Note, $"{recorded} isn't followed: no --map covers it", MapFor(tried));
                break;
            case ParentVerdict.NotFound when tried.Trail is ParentTrail.ParentFolder or ParentTrail.ChildFolder:
                Add("parent", Verdict.Note, $"{recorded}: no file of that name in {tried.Folder}");
                break;
            case ParentVerdict.NotFound:
                Add("parent", Verdict.Note, $"{recorded}: not found below {tried.Folder}");
                break;
            case ParentVerdict.OtherIdentity:
                Add(
                    "parent",
                    Verdict.Note,
                    $"{recorded}: {tried.Path} is another image, with {tried.Found:B} in place of {tried.Expected:B}");
                break;
            case ParentVerdict.InChain:
                Add("parent", Verdict.Note, $"{recorded}: {tried.Path} is an image above it in the chain");
                break;
            default:
                Add("parent", Verdict.Note, $"{recorded}: {tried.Failure?.Message}");
                break;
        }
    }

    private static string? MapFor(ParentCandidate tried) => WindowsFolderOf(tried.RecordedPath) is { } folder
        ? $"--map '{folder}=FOLDER', FOLDER being what it is here"
        : null;

    private void NoteFailure(VhdxException failure)
    {
        string? cure = failure.Kind switch
        {
            VhdxErrorKind.ParentMissing when _candidates.Count > 0 =>
                $"find an image with DataWriteGuid {_candidates[^1].Expected:B} (vhdxfuse info shows it) and name its "
                    + "folder with --parent-path FOLDER",
            VhdxErrorKind.Locked => LockCure(failure.ImagePath),
            _ => ErrorTable.For(failure.Kind).Advice is { Length: > 0 } advice ? advice : null,
        };
        Add("image", Verdict.Bad, failure.Message, cure);
    }

    private string LockCure(string path)
    {
        try
        {
            // Beside the writer, and only to learn which file it is.
            var options = new FileOpenOptions { ForceShare = true };
            using var file = LinuxFile.OpenRead(path, options);
            return $"held by {Holders(file.Facts)}; end that, or read beside it with --force-share";
        }
        catch (VhdxException)
        {
            return "end the program that holds it";
        }
    }

    private string Holders(FileFacts facts)
    {
        IReadOnlyList<string> holders = LockHolders.Of(_files, facts, Environment.ProcessId);
        return holders.Count == 0 ? "a process that this user can't see" : string.Join(", ", holders);
    }
}
