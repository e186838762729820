using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx;

/// <summary>One open image file: what its structures say. A disk is read through a <see
/// cref="DifferencingChain"/>.</summary>
/// <remarks>Immutable once open, but for the identifiers in the header of one that is written, and its sizes while it
/// is resized; all members may be used from any thread.</remarks>
public sealed class VhdxImage : IDisposable
{
    private readonly List<Anomaly> _anomalies;
    private MetadataJournal? _journal; // set before anybody else knows the object

    internal VhdxImage(
        IImageFile source,
        IImageFile view,
        in FileTypeIdentifier identifier,
        HeaderPair headers,
        LogState log,
        RegionLayout layout,
        ImageMetadata metadata,
        List<Anomaly> anomalies)
    {
        Source = source;
        File = view;
        Headers = headers;
        Creator = identifier.Creator;
        Log = log;
        VirtualDiskId = metadata.VirtualDiskId;
        ParentLocator = metadata.ParentLocator;
        Type = metadata.Parameters.HasParent ? DiskType.Differencing
            : metadata.Parameters.LeaveBlockAllocated ? DiskType.Fixed : DiskType.Dynamic;
        _anomalies = anomalies;
        Map = new BlockMap(view, metadata.Geometry, layout);
    }

    /// <summary>The file as it is, without the log replayed.</summary>
    public IImageFile Source { get; }

    /// <summary>The file, with its log replayed where one was pending. Owned by the image.</summary>
    public IImageFile File { get; }

    /// <summary>The name it was opened by.</summary>
    public string Path => File.Path;

    /// <summary>The program that made the file, as it calls itself.</summary>
    public string Creator { get; }

    /// <summary>The kind of file.</summary>
    public DiskType Type { get; }

    /// <summary>Its sizes.</summary>
    public DiskGeometry Geometry => Map.Geometry;

    /// <summary>The identity a guest sees (SCSI page 83).</summary>
    public Guid VirtualDiskId { get; }

    /// <summary>Which header is current, by number.</summary>
    public ulong HeaderSequenceNumber => Header.SequenceNumber;

    /// <summary>Changes with every session that writes the file.</summary>
    public Guid FileWriteGuid => Header.FileWriteGuid;

    /// <summary>Changes with the disk's content; what children name their parent by.</summary>
    public Guid DataWriteGuid => Header.DataWriteGuid;

    /// <summary>How a differencing image names its parent; null for the others.</summary>
    public ParentLocator? ParentLocator { get; }

    /// <summary>What led from its child to this file; null for the image that was asked for.</summary>
    public ParentTrail? FoundBy { get; internal set; }

    /// <summary>What was found of its log.</summary>
    public LogState Log { get; internal set; }

    /// <summary>The regions of the file.</summary>
    public IReadOnlyList<ImageRegion> Regions
    {
        get
        {
            var regions = new List<ImageRegion>(Layout.Entries.Count);
            foreach (RegionTableEntry entry in Layout.Entries)
            {
                regions.Add(new ImageRegion(
                    entry.Id,
                    new FileOffset((long)entry.FileOffset),
                    entry.LengthBytes,
                    (entry.Flags & RegionTableEntry.RequiredFlag) != 0));
            }

            return regions;
        }
    }

    /// <summary>What was met and tolerated.</summary>
    public IReadOnlyList<Anomaly> Anomalies => _anomalies;

    /// <summary>Why the parent of a differencing image isn't there, where that was to be borne; else null.</summary>
    internal VhdxException? ParentDefect { get; set; }

    internal BlockMap Map { get; }

    internal RegionLayout Layout => Map.Layout;

    /// <summary>As they were when the file was opened.</summary>
    internal HeaderPair Headers { get; }

    /// <summary>Writes its disk; null when the image is open for reading only.</summary>
    internal BlockWriter? Writer { get; private set; }

    private VhdxHeader Header => _journal?.Header ?? Headers.Current;

    /// <summary>Opens one file for reading; its parents aren't looked for.</summary>
    /// <param name="file">Owned by the image from here on; on failure still the caller's.</param>
    /// <param name="options">What to do with a pending log.</param>
    /// <exception cref="VhdxException">The file can't be read as asked.</exception>
    public static VhdxImage Open(IImageFile file, OpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        return ImageOpener.Open(file, options);
    }

    /// <summary>Adds to what was tolerated, before anybody else knows the object.</summary>
    internal void Note(AnomalyKind kind, string detail) => _anomalies.Add(new Anomaly(kind, Path, detail));

    internal void BeginWriting(MetadataJournal journal, BlockWriter writer) => (_journal, Writer) = (journal, writer);

    /// <summary>Closes the file.</summary>
    public void Dispose() => File.Dispose();
}
