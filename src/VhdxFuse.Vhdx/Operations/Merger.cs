using System;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Puts what a differencing image holds into its parent, which then is the disk. Protocol <em>in place</em>, in both
/// files (R-PAR-11). Crash contract: at every moment the child opens over the parent and shows its disk; merging it
/// again from any such moment completes the work.
/// </summary>
/// <remarks>
/// What is written to the parent lies where the child has its own, so the child's disk doesn't change; and the child
/// names the parent's identity of before and the one to come, durably, before the parent gets that.
/// </remarks>
public sealed class Merger
{
    private const int MinPieceBytes = Units.MiB;
    private const int MaxPieceBytes = 32 * Units.MiB;
    private const long BytesBetweenFlushes = 256L * Units.MiB;

    private readonly VhdxImage _child;
    private readonly DifferencingChain _parent;
    private readonly MergeOptions _options;
    private readonly Guid _mergedGuid;
    private readonly byte[] _piece;
    private long _unflushedBytes;

    private Merger(VhdxImage child, DifferencingChain parent, IGuidSource guids, MergeOptions options)
    {
        _child = child;
        _parent = parent;
        _options = options;
        _mergedGuid = guids.NewGuid();

        // A block of the parent at once, so that it is whole when it is new; but a bounded buffer.
        _piece = new byte[int.Clamp(Parent.Geometry.BlockSizeBytes, MinPieceBytes, MaxPieceBytes)];
    }

    private VhdxImage Parent => _parent.Layers[^1];

    /// <summary>Merges. Durable when the call returns; both files are closed then, also after a failure. The child
    /// still shows its disk, over the parent as it is now. Other children of the parent can't be used any more.
    /// </summary>
    /// <param name="child">A differencing image, open for writing.</param>
    /// <param name="parent">Its parent, open for writing.</param>
    /// <param name="parents">Where the parent's own parents are looked for.</param>
    /// <param name="open">How both are opened.</param>
    /// <param name="options">How it is done.</param>
    /// <exception cref="VhdxException">ParentMismatch: they are no child and parent; nothing was changed.
    /// LimitExceeded: the child has no room for another name of its parent; but for pending logs nothing was changed.
    /// NoSpace, Io: a
    /// file below failed; the child shows its disk, and merging it again completes the work.</exception>
    public static void Merge(
        IImageFile child, IImageFile parent, IParentSource parents, OpenOptions open, MergeOptions options)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(parents);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(options);
        OpenOptions writable = open with { Access = ImageAccess.ReadWrite };
        using IImageFile childFile = child;
        using IImageFile parentFile = parent;
        using VhdxImage readOnly = ImageOpener.Open(child, open);
        RequireChild(readOnly);
        using VhdxImage judged = ImageOpener.Open(parent, open); // before a log of it is replayed into the file
        RequireParent(readOnly, judged);
        using DifferencingChain chain = DifferencingChain.Open(parent, parents, writable);
        using VhdxImage image = WritableOpening.Open(readOnly, writable);
        new Merger(image, chain, open.Guids, options).Merge();
    }

    private static void RequireChild(VhdxImage child)
    {
        if (child.ParentLocator is null)
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                child.Path,
                "is not a differencing image: it has no parent to be merged into");
        }
    }

    private static void RequireParent(VhdxImage child, VhdxImage parent)
    {
        // R-PAR-7
        if (!child.ParentLocator!.Accepts(parent.DataWriteGuid))
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                child.Path,
                $"needs a parent with DataWriteGuid {child.ParentLocator.Linkage:B}, and {OneLine.Escape(parent.Path)} "
                + $"has {parent.DataWriteGuid:B}");
        }

        // R-PAR-8
        if (child.Geometry.LogicalSectorSizeBytes != parent.Geometry.LogicalSectorSizeBytes)
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                child.Path,
                $"logical sectors have {child.Geometry.LogicalSectorSizeBytes} bytes, those of its parent "
                + $"{OneLine.Escape(parent.Path)} {parent.Geometry.LogicalSectorSizeBytes}");
        }
    }

    // R-PAR-11
    private void Merge()
    {
        NameParent(Parent.DataWriteGuid, _mergedGuid);
        BlockWriter writer = Parent.Writer!;
        writer.Begin(_mergedGuid);
        try
        {
            // Before, so that there is room for all that the child has; or after, when nothing behind is needed.
            Resize(long.Max(Parent.Geometry.DiskSizeBytes, _child.Geometry.DiskSizeBytes));
            CopyAll();
            Resize(_child.Geometry.DiskSizeBytes);
            CopyDiskItems(writer);
        }
        catch (Exception stopped) when (stopped is not VhdxException { Kind: VhdxErrorKind.Io })
        {
            _parent.Close(); // stopped between two steps: nothing is in doubt
            throw;
        }

        _parent.Close();
        NameParent(_mergedGuid, null);
    }

    /// <summary>Changes which identities the child's parent may have, durably; of its disk it changes nothing, and so
    /// it keeps its own identity, by which its children know it.</summary>
    private void NameParent(Guid linkage, Guid? linkage2)
    {
        byte[] locator = _child.ParentLocator!.EncodeWith(_child.Path, linkage, linkage2);
        var change = new MetadataChange();
        new ItemEditor(_child).Put(change, MetadataItemIds.ParentLocator, locator);
        BlockWriter writer = _child.Writer!;
        writer.Begin(_child.DataWriteGuid); // only now: nothing is refused any more
        try
        {
            writer.Journal.Stage(change);
        }
        catch (VhdxException full) when (full.Kind == VhdxErrorKind.NoSpace)
        {
            writer.Close(); // nothing was changed
            throw;
        }

        writer.Close();
    }

    private void Resize(long diskSizeBytes) => Resizer.Resize(_parent, new ResizeOptions
    {
        DiskSizeBytes = diskSizeBytes,
        DiscardsData = true, // the child doesn't show what lies behind its end
    });

    private void CopyAll()
    {
        long length = _child.Geometry.DiskSizeBytes;
        for (long offset = 0; offset < length;)
        {
            _options.Report(offset);
            Extent extent = _child.Map.Resolve(offset, length - offset);
            switch (extent.Kind)
            {
                case ExtentKind.Data:
                    CopyData(offset, extent);
                    break;
                case ExtentKind.Zero:
                    _parent.Disk.WriteZeros(offset, extent.LengthBytes);
                    break;
                case ExtentKind.Unreadable:
                    throw extent.Defect!;
                default:
                    break; // the parent's already
            }

            offset += extent.LengthBytes;
        }

        _options.Report(length);
    }

    // Pieces end at the parent's blocks.
    private void CopyData(long offset, in Extent extent)
    {
        long end = offset + extent.LengthBytes;
        while (offset < end)
        {
            long pieceEnd = long.Min(end, (offset / _piece.Length * _piece.Length) + _piece.Length);
            FileOffset at = extent.At + (extent.LengthBytes - (end - offset));
            _options.Report(offset);
            CopyPiece(offset, at, (int)(pieceEnd - offset));
            offset = pieceEnd;
        }
    }

    private void CopyPiece(long offset, FileOffset at, int lengthBytes)
    {
        // What the file holds as a hole isn't read: all of a piece, or not.
        Span<byte> piece = _piece.AsSpan(0, lengthBytes);
        bool isZero = _child.File.NextData(at) >= at + lengthBytes;
        if (!isZero)
        {
            _child.File.ReadExactly(at, piece);
            isZero = !piece.ContainsAnyExcept((byte)0);
        }

        if (isZero)
        {
            _parent.Disk.WriteZeros(offset, lengthBytes);
        }
        else
        {
            _parent.Disk.Write(offset, piece);
        }

        // Now and then, so that the space of blocks that became zeros is used for those that follow.
        _unflushedBytes += lengthBytes;
        if (_unflushedBytes >= BytesBetweenFlushes)
        {
            _parent.Disk.Flush();
            _unflushedBytes = 0;
        }
    }

    // R-MET-5: what describes the disk; sizes of sectors and of the disk are equal by now, but one.
    private void CopyDiskItems(BlockWriter writer)
    {
        var from = new ItemEditor(_child);
        var to = new ItemEditor(Parent);
        var change = new MetadataChange();
        foreach (Guid item in (Guid[])[MetadataItemIds.VirtualDiskId, MetadataItemIds.PhysicalSectorSize])
        {
            byte[] bytes = from.Read(item);
            if (!bytes.AsSpan().SequenceEqual(to.Read(item)))
            {
                to.Put(change, item, bytes);
            }
        }

        if (change.Writes.Count > 0)
        {
            writer.Journal.Stage(change);
        }
    }
}
