using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>
/// The order of opening one file for reading: identifier, headers, log, and only then, through its result, region
/// tables, metadata and blocks (R-RPL-1, R-REG-1). Nothing is written. Every number is judged before it sizes anything.
/// </summary>
internal sealed class ImageOpener
{
    private const int VhdFooterBytes = 512;
    private readonly IImageFile _file;
    private readonly OpenOptions _options;
    private readonly List<Anomaly> _anomalies = [];

    private ImageOpener(IImageFile file, OpenOptions options)
    {
        _file = file;
        _options = options;
    }

    private static ReadOnlySpan<byte> VhdCookie => "conectix"u8;

    /// <summary>Opens one file; its parents aren't looked for.</summary>
    /// <param name="file">Owned by the image from here on; on failure still the caller's.</param>
    /// <param name="options">What to do with the log.</param>
    /// <exception cref="VhdxException">The file can't be read as asked.</exception>
    public static VhdxImage Open(IImageFile file, OpenOptions options) => new ImageOpener(file, options).Open();

    private VhdxImage Open()
    {
        NoteLock();
        FileTypeIdentifier identifier = _options.LacksIdentifier ? default : ReadIdentifier(_file);
        HeaderPair headers = HeaderPair.Read(_file);
        NoteHeaders(headers);
        FileRange log = HeaderRules.Judge(_file, headers);
        (LogState logState, IImageFile view) = TryOpenLog(headers.Current, log);
        RegionLayout layout = ReadRegions(view, log);
        ImageMetadata metadata = ImageMetadata.Read(view, layout.Metadata, _anomalies);
        if (layout.Bat.LengthBytes < metadata.Geometry.BatEntryCount * BatEntry.SizeBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _file.Path,
                layout.Bat.Start,
                "length of the BAT region",
                layout.Bat.LengthBytes,
                $"room for {metadata.Geometry.BatEntryCount} entries");
        }

        return new VhdxImage(_file, view, identifier, headers, logState, layout, metadata, _anomalies);
    }

    private void NoteLock()
    {
        switch ((_file as LinuxFile)?.LockState)
        {
            case LockState.Unsupported:
                _anomalies.Add(new Anomaly(
                    AnomalyKind.NotLocked, _file.Path, "its file system has no locks: nothing keeps writers away"));
                break;
            case LockState.SharedWithWriter:
                _anomalies.Add(new Anomaly(
                    AnomalyKind.SharedWithWriter,
                    _file.Path,
                    "another process holds it open for writing: it may change while it is read"));
                break;
            default:
                break;
        }
    }

    /// <summary>Says whether a file is VHDX at all.</summary>
    /// <exception cref="VhdxException">NotVhdx, or Truncated: shorter than any VHDX.</exception>
    internal static FileTypeIdentifier ReadIdentifier(IImageFile file)
    {
        byte[] bytes = new byte[FileTypeIdentifier.SizeBytes];
        int read = file.Read(default, bytes);
        if (!FileTypeIdentifier.TryRead(bytes.AsSpan(0, read), out FileTypeIdentifier identifier))
        {
            throw new VhdxException(VhdxErrorKind.NotVhdx, file.Path, WhatItIs(file, bytes.AsSpan(0, read)));
        }

        // R-LAY-2, T-8: at least the header section, but any length.
        return file.LengthBytes >= Units.MiB
            ? identifier
            : throw new VhdxException(
                VhdxErrorKind.Truncated,
                file.Path,
                $"the file has only {file.LengthBytes} bytes: no VHDX is shorter than 1 MiB");
    }

    private static string WhatItIs(IImageFile file, ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return "the file is empty";
        }

        // A VHD has its footer at the end, and a copy at the start unless it is of fixed size.
        Span<byte> footer = stackalloc byte[VhdCookie.Length];
        long footerAt = long.Max(0, file.LengthBytes - VhdFooterBytes);
        int read = file.Read(new FileOffset(footerAt), footer);
        return start.StartsWith(VhdCookie) || footer[..read].SequenceEqual(VhdCookie)
            ? "not a VHDX image but a VHD, the older format"
            : "not a VHDX image: it doesn't start with 'vhdxfile'";
    }

    private void NoteHeaders(HeaderPair headers)
    {
        if (headers.Other is not { } other)
        {
            _anomalies.Add(new Anomaly(
                AnomalyKind.HeaderTorn,
                _file.Path,
                $"header {2 - headers.CurrentSlot} is damaged, header {headers.CurrentSlot + 1} is used"));
        }
        else if (other.SequenceNumber == headers.Current.SequenceNumber)
        {
            _anomalies.Add(new Anomaly(AnomalyKind.HeadersIdentical, _file.Path, "both headers are the same"));
        }
    }

    private (LogState State, IImageFile View) TryOpenLog(in VhdxHeader header, FileRange log)
    {
        try
        {
            return OpenLog(header, log);
        }
        catch (VhdxException e) when (_options.BestEffort && e.Kind == VhdxErrorKind.LogCorrupt)
        {
            _anomalies.Add(new Anomaly(AnomalyKind.LogCorrupt, _file.Path, $"{e.Detail}; it is left out"));
            return (new LogState(log, header.LogGuid, LogOutcome.Ignored, null), _file);
        }
    }

    private (LogState State, IImageFile View) OpenLog(in VhdxHeader header, FileRange log)
    {
        bool named = header.LogGuid != Guid.Empty;
        if (!named)
        {
            // A clean file's log isn't even looked at: stale entries of earlier sessions are normal (T-11).
            return (new LogState(log, Guid.Empty, LogOutcome.Clean, null), _file);
        }

        var region = new LogRegion(_file, log.Start, header.LogLengthBytes);
        bool look = _options.Log != LogPolicy.Ignore;
        LogScan scan = look ? LogScanner.Scan(region, header.LogGuid) : new LogScan([], 0);
        ActiveSequence? sequence = ActiveSequence.Find(region, scan);
        LogOutcome outcome = LogDecision.Decide(
            named, _options.Log, LogDecision.ContentOf(sequence), scan.NamedSectorCount > 0);
        switch (outcome)
        {
            case LogOutcome.Corrupt:
                throw new VhdxException(
                    VhdxErrorKind.LogCorrupt,
                    _file.Path,
                    log.Start,
                    $"a log is pending, but the {scan.NamedSectorCount} entries under its LogGuid {header.LogGuid:B} " +
                    "make no whole sequence");
            case LogOutcome.NamedButEmpty:
                _anomalies.Add(new Anomaly(
                    AnomalyKind.LogNamedButEmpty,
                    _file.Path,
                    "the header names a log that was never written: nothing is pending (a killed QEMU leaves this)"));
                break;
            case LogOutcome.Ignored:
                _anomalies.Add(new Anomaly(
                    AnomalyKind.LogNotReplayed, _file.Path, "a log is pending and was left out, as asked"));
                break;
            default:
                var overlay = new OverlayImageFile(_file);
                ReplayReport report = LogReplayer.Replay(region, sequence!, overlay);
                return (new LogState(log, header.LogGuid, outcome, report), overlay);
        }

        return (new LogState(log, header.LogGuid, outcome, null), _file);
    }

    private RegionLayout ReadRegions(IImageFile view, FileRange log)
    {
        byte[] first = new byte[RegionTable.SizeBytes];
        byte[] second = new byte[RegionTable.SizeBytes];
        view.ReadExactly(RegionLayout.FirstTable, first);
        view.ReadExactly(RegionLayout.SecondTable, second);
        bool firstValid = RegionTable.IsValid(first);
        bool secondValid = RegionTable.IsValid(second);
        FileOffset at = firstValid ? RegionLayout.FirstTable : RegionLayout.SecondTable;
        if (!firstValid && !secondValid)
        {
            throw new VhdxException(
                VhdxErrorKind.Corrupt,
                _file.Path,
                RegionLayout.FirstTable,
                "neither copy of the region table has a signature and a checksum that match");
        }

        if (firstValid != secondValid)
        {
            _anomalies.Add(new Anomaly(
                AnomalyKind.RegionTableDamaged,
                _file.Path,
                $"one copy of the region table is damaged, that at {at} is used"));
        }
        else if (!first.AsSpan().SequenceEqual(second))
        {
            _anomalies.Add(new Anomaly(
                AnomalyKind.RegionTablesDiffer,
                _file.Path,
                "the copies of the region table differ, the first is used"));
        }

        byte[] chosen = firstValid ? first : second;
        if (!RegionTable.TryRead(chosen, out RegionTable table))
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                _file.Path,
                at + 8,
                "region table entry count",
                RegionTable.EntryCountOf(chosen),
                "at most 2047");
        }

        return RegionLayout.Judge(_file.Path, at, table, log, view.LengthBytes);
    }
}
