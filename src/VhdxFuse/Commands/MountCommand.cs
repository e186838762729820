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
    private readonly IReadOnlyList<MountDocument> _documents;

    /// <param name="root">The program's own command.</param>
    /// <param name="documents">The files of the folder <c>.vhdxfuse</c>; without any there is no such folder.</param>
    public MountCommand(Command root, IReadOnlyList<MountDocument> documents)
    {
        _documents = documents;
        _image.AddTo(root);
        _mount = new MountArguments(root);
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
        MountedDisk disk = _image.OpenDisk(parsed, request);
        using DifferencingChain chain = disk.Chain;
        ReportFindings(log, chain);
        var faults = new FaultLog(log);
        using var checkpoints = new CheckpointTimer(chain.Disk.Checkpoint, log);
        OptionWords words = _mount.WordsOf(parsed);
        string mountPoint = _mount.MountPointOf(parsed);
        var tree = new DiskTree(disk, RightsOf(words), checkpoints.NoteWrite);
        IFuseFileSystem files = new DiskFileSystem(IsFile(mountPoint) ? tree.ForFile() : tree.ForFolder(_documents));
        files = _mount.IsTraced(parsed) ? new TracedFileSystem(files, log) : files;
        MountOptions options = OptionsFor(parsed, words, faults, chain.Disk.IsWritable);

        using PidFile? pidFile = PidFile.Write(_mount.PidFileOf(parsed));
        using var signals = new StopSignals(log);
        using IFuseMount mount = Fuse.Fuse.Mount(mountPoint, files, options);
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
        ExitCode served = isWanted ? ExitFor(log, mount, end) : ExitCode.MountFailed;
        return served == ExitCode.Fine ? closed : served;
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
