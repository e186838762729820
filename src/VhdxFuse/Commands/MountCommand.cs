using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Microsoft.Extensions.Logging;
using VhdxFuse.Disk;
using VhdxFuse.Fuse;
using VhdxFuse.Hosting;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>Mounts an image: what the program does when no other command is named.</summary>
internal sealed class MountCommand
{
    private const string OwnSubtype = "vhdxfuse";
    private static readonly TimeSpan WritableAttributeTimeout = TimeSpan.FromSeconds(1);

    private readonly ImageArguments _image = new();
    private readonly MountArguments _mount;
    private readonly EvidenceArguments _evidence;
    private readonly IReadOnlyList<MountDocument> _documents;

    /// <param name="root">The program's own command.</param>
    /// <param name="documents">The files of the folder <c>.vhdxfuse</c>; without any there is no such folder.</param>
    public MountCommand(Command root, IReadOnlyList<MountDocument> documents)
    {
        _documents = documents;
        _image.AddTo(root);
        _mount = new MountArguments(root);
        _evidence = new EvidenceArguments(root);
        root.SetAction(Run);
    }

    /// <summary>The long options that -o holds, as arguments.</summary>
    public IReadOnlyList<string> LongOptionsInWords(ParseResult parsed) => _mount.WordsOf(parsed).LongOptions;

    /// <summary>A log as the command line asks for it.</summary>
    public ILogger LogFor(ParseResult parsed) => StandardErrorLogger.Create(
        _mount.LogFormatOf(parsed), _mount.IsTraced(parsed) ? LogLevel.Debug : LogLevel.Information);

    private int Run(ParseResult parsed)
    {
        WriteRequest request = _mount.WriteRequestOf(parsed, _image);
        _evidence.Judge(parsed, request);
        bool mayStart = Background.MayStart;
        var readiness = Readiness.Take(_mount.ReadyDescriptorOf(parsed));

        bool stays = _mount.IsForeground(parsed) || !mayStart;
        return (int)(stays ? Serve(parsed, request, readiness) : Background.Start(NamedDescriptors(parsed)));
    }

    private List<int> NamedDescriptors(ParseResult parsed)
    {
        var named = new List<int>();
        foreach (int? number in (ReadOnlySpan<int?>)
            [
                Descriptor.NumberIn(_image.ImageOf(parsed)),
                Descriptor.NumberIn(_mount.MountPointOf(parsed)),
                _mount.ReadyDescriptorOf(parsed),
            ])
        {
            if (number is { } descriptor)
            {
                named.Add(descriptor);
            }
        }

        return named;
    }

    private ExitCode Serve(ParseResult parsed, WriteRequest request, Readiness readiness)
    {
        ILogger log = LogFor(parsed);

        // First the image: whether it can be read has nothing to do with the right to mount.
        MountedDisk opened = _image.OpenDisk(parsed, request);
        using DifferencingChain chain = opened.Chain;
        ReportFindings(log, chain);
        var faults = new FaultLog(log);
        opened = opened with
        {
            Faults = faults,
            CommandLine = Environment.GetCommandLineArgs(),
            WorkingFolder = Environment.CurrentDirectory,
        };
        MountedDisk disk = _evidence.Hash(parsed, opened, log);
        using ReportFile? report = _evidence.CreateReport(parsed, disk);
        using var checkpoints = new CheckpointTimer(chain.Disk.Checkpoint, log);
        MountedTree tree = TreeFor(parsed, disk, checkpoints, log);
        IFuseFileSystem files = new DiskFileSystem(tree);
        files = _mount.IsTraced(parsed) ? new TracedFileSystem(files, log) : files;
        MountOptions options = OptionsFor(parsed, _mount.WordsOf(parsed), faults, chain.Disk.IsWritable);

        using PidFile? pidFile = PidFile.Write(_mount.PidFileOf(parsed));
        using var signals = new StopSignals(log);
        using IFuseMount mount = Fuse.Fuse.Mount(_mount.MountPointOf(parsed), files, options);
        report?.Write(disk.Report.ToUtf8());
        if (chain.Disk.IsWritable)
        {
            checkpoints.Start();
        }

        if (Environment.ProcessId == Background.FirstProcess && !mount.IsShared)
        {
            Log.SeenHereAlone(log, mount.MountPoint);
        }

        signals.Attach(mount);
        bool isWanted = readiness.Announce();
        if (!isWanted)
        {
            mount.Detach();
            mount.Abandon();
        }

        FuseEnd end = mount.WaitForEnd();
        checkpoints.Stop();
        ExitCode closed = Close(log, chain);
        faults.SumUp();
        ExitCode verified = _evidence.Finish(parsed, disk, report, log);
        ExitCode served = isWanted ? ExitFor(log, mount, end) : ExitCode.MountFailed;
        return served != ExitCode.Fine ? served
            : closed != ExitCode.Fine ? closed
            : verified;
    }

    private MountedTree TreeFor(ParseResult parsed, MountedDisk disk, CheckpointTimer checkpoints, ILogger log)
    {
        var tree = new DiskTree(disk, RightsOf(_mount.WordsOf(parsed)), checkpoints.NoteWrite);
        bool isFile = IsFile(_mount.MountPointOf(parsed));
        if (_mount.IsLikeLibvhdi(parsed))
        {
            return isFile ? throw new ProgramException(ExitCode.Usage, "--compat needs a folder") : tree.ForLibvhdi();
        }

        if (isFile)
        {
            return tree.ForFile();
        }

        if (disk.Chain.Disk.IsWritable)
        {
            disk.Report.Capture();
        }

        foreach (string note in disk.Partitions.Notes)
        {
            Log.PartitionTableOdd(log, disk.Image, note);
        }

        return tree.ForFolder(_documents);
    }

    // No handler runs any more: what was written is made durable and brought home.
    private static ExitCode Close(ILogger log, DifferencingChain chain)
    {
        try
        {
            chain.Close();
            return ExitCode.Fine;
        }
        catch (VhdxException exception)
        {
            Log.Failed(log, ErrorTable.LineFor(exception));
            return ErrorTable.For(exception.Kind).Exit;
        }
    }

    private static ExitCode ExitFor(ILogger log, IFuseMount mount, in FuseEnd end)
    {
        switch (end.Reason)
        {
            case FuseEndReason.Unmounted or FuseEndReason.Closed:
                return ExitCode.Fine;
            case FuseEndReason.Aborted:
                Log.Failed(log, $"{mount.MountPoint}: the connection was aborted through /sys/fs/fuse/connections");
                return ExitCode.MountFailed;
            default:
                Log.Failed(log, $"{mount.MountPoint}: serving failed: {end.Errno}");
                return ExitCode.MountFailed;
        }
    }

    private static void ReportFindings(ILogger log, DifferencingChain chain)
    {
        foreach (VhdxImage layer in chain.Layers)
        {
            bool isWritten = chain.Disk.IsWritable && layer == chain.Layers[^1];
            if (layer.Log.Replay is { } replay && isWritten)
            {
                Log.ReplayedIntoFile(log, layer.Path, replay.EntryCount);
            }
            else if (layer.Log.Replay is { } inMemory)
            {
                Log.ReplayedInMemory(log, layer.Path, inMemory.EntryCount);
            }

            foreach (Anomaly anomaly in layer.Anomalies)
            {
                Log.AnomalyMet(log, anomaly.ImagePath, anomaly.Detail, anomaly.Kind.ToString());
            }
        }
    }

    private static AccessRights RightsOf(OptionWords words) => new()
    {
        UserId = words.UserId ?? LibC.UserId(),
        GroupId = words.GroupId ?? LibC.GroupId(),
        GroupIsChosen = words.GroupId is not null,
        Umask = words.Umask,
    };

    // A mount that was handed to us by its descriptor is taken for one on a folder.
    private static bool IsFile(string mountPoint) => Descriptor.NumberIn(mountPoint) is null && File.Exists(mountPoint);

    private MountOptions OptionsFor(ParseResult parsed, OptionWords words, FaultLog faults, bool isWritable) => new()
    {
        Source = words.SourceName ?? Path.GetFullPath(_image.ImageOf(parsed)),
        Subtype = words.Subtype ?? OwnSubtype,
        ReadOnly = !isWritable,

        // The kernel forgets what it wrote to itself; of the newest layer's file, which shows the same bytes, it
        // learns by asking again.
        AttributeTimeout = isWritable ? WritableAttributeTimeout : MountOptions.StaticTimeout,
        AllowOther = words.AllowOther,
        AllowRoot = words.AllowRoot,
        AutoUnmount = words.AutoUnmount,
        Threads = _mount.ThreadsOf(parsed),
        CloneDescriptors = _mount.ClonesDescriptors(parsed),
        MaxPages = words.MaxPages,
        Extra = words.Extra,
        ErrnoOf = ErrorTable.ErrnoOf,
        Faulted = faults.Add,
    };
}
