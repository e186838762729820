using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>One check: the order of opening, but with a finding where opening would give up, and on from there as far
/// as what follows doesn't hang on it.</summary>
internal sealed class CheckRun(IImageFile file, CheckOptions options)
{
    private readonly FindingList _findings = new();
    private HeaderPair? _headers;
    private LogOutcome? _log;
    private IImageFile? _view; // with its log replayed
    private RegionLayout? _layout;
    private FileParameters? _parameters;
    private Guid _virtualDiskId;
    private ParentLocator? _locator;
    private long _fileLengthBytes = file.LengthBytes;
    private DiskGeometry? _geometry;
    private BlockSummary? _blocks;

    public CheckReport Run()
    {
        try
        {
            CheckFile();
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            _findings.Add(error, "R-REG-7"); // the file shrank while it was read
        }

        return new CheckReport
        {
            ImagePath = file.Path,
            Findings = _findings.ToList(),
            Log = _log,
            Geometry = _geometry,
            FileLengthBytes = _fileLengthBytes,
            Blocks = _blocks,
            IsClean = !_findings.HasErrors,
        };
    }

    /// <summary>The image as far as the check could read it, whatever its findings: what a repair copies. Blocks that
    /// end behind the file are no defects in it; reading them is.</summary>
    /// <returns>Null when the disk's size, its map or, of a child, its parent's name is lost. Not to be disposed: the
    /// file isn't owned.</returns>
    public VhdxImage? Salvage()
    {
        if (_layout is not { Bat.LengthBytes: > 0 } layout || _parameters is not { } parameters
            || _geometry is not { } geometry || (parameters.HasParent && _locator is null))
        {
            return null;
        }

        return new VhdxImage(
            file,
            new UnendingFile(_view ?? file),
            new FileTypeIdentifier(""),
            _headers ?? new HeaderPair(default, 0, null),
            new LogState(new FileRange("log", default, 0), Guid.Empty, _log ?? LogOutcome.Ignored, null),
            layout,
            new ImageMetadata(parameters, geometry, _virtualDiskId, _locator),
            []);
    }

    private void CheckFile()
    {
        if (!HeaderCheck.IsVhdx(file, _findings))
        {
            return;
        }

        _headers = HeaderCheck.Read(file, _findings);
        FileRange? log = _headers is null
            ? new FileRange("log", default, 0) : HeaderCheck.Judge(file, _headers, _findings);
        if (log is not { } found)
        {
            return;
        }

        IImageFile view = file;
        if (_headers is not null)
        {
            (_log, view) = LogCheck.Run(file, _headers.Current, found, options.Log, _findings);
        }

        _view = view;
        _fileLengthBytes = view.LengthBytes;
        _layout = RegionCheck.Run(view, found, _findings);
        if (_layout is not null)
        {
            CheckMetadata(view, _layout);
        }
    }

    private void CheckMetadata(IImageFile view, RegionLayout layout)
    {
        var anomalies = new List<Anomaly>();
        MetadataValues? values = layout.Metadata.LengthBytes == 0 ? null : _findings.Try(
            () => MetadataValues.Read(view, layout.Metadata, anomalies, error => _findings.Add(error, "R-MET-1")),
            "R-MET-1");
        if (values is null)
        {
            return;
        }

        _parameters = TryValue(values.ReadParameters);
        if (_parameters is { } known)
        {
            _geometry = _findings.Try(() => values.ReadGeometry(known), "R-FP-4");
            _locator = _findings.Try(() => values.ReadLocator(known.HasParent), "R-PAR-1");
        }

        _virtualDiskId = TryValue(values.ReadVirtualDiskId) ?? Guid.Empty;
        CheckParent(_locator);

        NoteAnomalies(anomalies, layout);
        if (_parameters is { } given && _geometry is { } geometry && layout.Bat.LengthBytes > 0)
        {
            CheckBlocks(view, given, geometry, layout);
        }
    }

    private T? TryValue<T>(Func<T> read)
        where T : struct => _findings.Try<T?>(() => read(), "R-FP-4");

    private void NoteAnomalies(List<Anomaly> anomalies, RegionLayout layout)
    {
        foreach (Anomaly anomaly in anomalies)
        {
            string rule = anomaly.Kind == AnomalyKind.LocatorWithoutParent ? "R-FP-3" : "R-FP-4";
            _findings.Add(FindingSeverity.Warning, rule, layout.Metadata.Start, anomaly.Detail);
        }
    }

    private void CheckParent(ParentLocator? locator)
    {
        if (locator is null || options.Parent is not { } parent)
        {
            return;
        }

        // R-PAR-8, by identity: a file can't be its own parent.
        if (string.Equals(parent.Source.Identity, file.Identity, StringComparison.Ordinal))
        {
            _findings.Add(FindingSeverity.Error, "R-PAR-8", null, "the image is given as its own parent");
        }

        if (!locator.Accepts(parent.DataWriteGuid))
        {
            _findings.Add(
                FindingSeverity.Error,
                "R-PAR-7",
                null,
                $"parent_linkage is {locator.Linkage:B}, the parent's DataWriteGuid is {parent.DataWriteGuid:B}");
        }

        int sector = parent.Geometry.LogicalSectorSizeBytes;
        if (_geometry is { } geometry && geometry.LogicalSectorSizeBytes != sector)
        {
            _findings.Add(
                FindingSeverity.Error,
                "R-PAR-8",
                null,
                $"logical sector is {geometry.LogicalSectorSizeBytes} bytes, the parent's is {sector}");
        }

        if (_virtualDiskId != parent.VirtualDiskId)
        {
            _findings.Add(
                FindingSeverity.Info,
                "R-MET-5",
                null,
                $"VirtualDiskId is {_virtualDiskId}, the parent's is {parent.VirtualDiskId}");
        }

        if (_geometry is { } disk && disk.DiskSizeBytes != parent.Geometry.DiskSizeBytes)
        {
            _findings.Add(
                FindingSeverity.Info,
                "R-RD-4",
                null,
                $"the disk has {disk.DiskSizeBytes} bytes, the parent's {parent.Geometry.DiskSizeBytes}");
        }
    }

    private void CheckBlocks(IImageFile view, FileParameters parameters, DiskGeometry geometry, RegionLayout layout)
    {
        // R-BAT-2
        if (layout.Bat.LengthBytes < geometry.BatEntryCount * BatEntry.SizeBytes)
        {
            _findings.Add(
                FindingSeverity.Error,
                "R-BAT-2",
                layout.Bat.Start,
                $"length of the BAT region is {layout.Bat.LengthBytes}, " +
                $"expected room for {geometry.BatEntryCount} entries");
        }

        _blocks = BlockCheck.Run(view, geometry, layout, _findings, options.Progress);
        bool isFixed = parameters.LeaveBlockAllocated && !parameters.HasParent;
        if (isFixed && _blocks.FullyPresentCount < geometry.PayloadBlockCount)
        {
            _findings.Add(
                FindingSeverity.Warning,
                "T-5",
                layout.Bat.Start,
                $"{_blocks.FullyPresentCount} blocks of a fixed image have a place, " +
                $"expected all {geometry.PayloadBlockCount}");
        }
    }
}
