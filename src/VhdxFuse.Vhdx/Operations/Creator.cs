using System;
using System.Buffers.Binary;
using System.IO;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>
/// Makes a new image. Protocol <em>new file</em>: everything but the file identifier is written and made durable first,
/// then the identifier; a half-made file never looks like a VHDX (R-CRE-4).
/// </summary>
/// <remarks>The disk is given in pieces, from its start to its end. While nobody knows where that is, the block
/// allocation table has no size, and goes behind the blocks in the end.</remarks>
public sealed class Creator : IDiskTarget
{
    private const string CreatorName = "vhdxfuse";
    private readonly IImageFile _file;
    private readonly CreateOptions _options;
    private readonly PayloadWriter _payload;
    private readonly Guid _fileWriteGuid;
    private readonly Guid _dataWriteGuid;
    private readonly Guid _virtualDiskId;
    private ImageLayout _layout; // until the end, of a disk of one sector, if its size isn't known

    private Creator(IImageFile file, CreateOptions options, ImageLayout layout, IGuidSource guids)
    {
        _file = file;
        _options = options;
        _layout = layout;
        _payload = new PayloadWriter(
            file, layout.Blocks, layout.Geometry.BlockSizeBytes, layout.Type == DiskType.Fixed);
        _fileWriteGuid = guids.NewGuid();
        _dataWriteGuid = guids.NewGuid();
        Guid given = (options.Replaced ?? options.Parent?.Image)?.VirtualDiskId ?? Guid.Empty;
        _virtualDiskId = given != Guid.Empty ? given : guids.NewGuid();
    }

    /// <inheritdoc/>
    public long DataBytes => _payload.DataBytes;

    /// <summary>Blocks that have space in the file.</summary>
    public long BlockCount => _payload.BlockCount;

    /// <summary>Its sizes; before <see cref="Complete"/> only if the size of the disk was given.</summary>
    public DiskGeometry Geometry => _layout.Geometry;

    private bool IsOpenEnded => _options.DiskSizeBytes == 0 && _options.Parent is null;

    /// <summary>Writes an image into an empty file.</summary>
    /// <param name="file">Empty; not disposed. Durable when the call returns.</param>
    /// <param name="options">What is made.</param>
    /// <param name="guids">Where its identities come from.</param>
    /// <param name="content">The disk's bytes from its start, read to the end; what is missing is zeros. Null: an empty
    /// disk. A differencing image starts empty.</param>
    /// <exception cref="ArgumentException">The options make no legal image, the file isn't empty, or the content is
    /// longer than the disk.</exception>
    /// <exception cref="VhdxException">NoSpace, Io: the file can't be written.</exception>
    public static void Create(IImageFile file, CreateOptions options, IGuidSource guids, Stream? content = null)
    {
        Creator creator = Begin(file, options, guids);
        if (content is not null)
        {
            DiskCopy.Run(new StreamSource(content), creator);
        }
        else
        {
            creator.Complete(0);
        }
    }

    /// <summary>Begins an image in an empty file. A fixed one takes all its space.</summary>
    /// <param name="file">Empty; not disposed.</param>
    /// <param name="options">What is made. A size of 0 without a parent: known only at the end.</param>
    /// <param name="guids">Where its identities come from.</param>
    /// <exception cref="ArgumentException">The options make no legal image, or the file isn't empty.</exception>
    /// <exception cref="VhdxException">NoSpace, Io: the file can't be written.</exception>
    public static Creator Begin(IImageFile file, CreateOptions options, IGuidSource guids)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(guids);
        if (file.LengthBytes != 0)
        {
            throw new ArgumentException("the file is not empty", nameof(file));
        }

        bool isOpenEnded = options.DiskSizeBytes == 0 && options.Parent is null;
        ImageLayout layout = isOpenEnded
            ? ImageLayout.OpenEnded(options)
            : ImageLayout.Of(options);
        var creator = new Creator(file, options, layout, guids);
        file.SetLength(layout.Blocks.Value);
        if (layout.Type == DiskType.Fixed && !isOpenEnded)
        {
            creator.TakeAllSpace();
        }

        return creator;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The piece lies behind the end of the disk, or the image is
    /// differencing.</exception>
    public void Write(DiskPiece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (_options.Parent is not null)
        {
            throw new ArgumentException("a differencing image starts empty", nameof(piece));
        }

        if (!IsOpenEnded && piece.End > _layout.Geometry.DiskSizeBytes)
        {
            throw new ArgumentException("the content is longer than the disk", nameof(piece));
        }

        _payload.Write(piece);
    }

    /// <inheritdoc/>
    /// <remarks>An image whose size wasn't given gets the content's, rounded up to a whole sector.</remarks>
    /// <exception cref="ArgumentException">No disk can have that size.</exception>
    public void Complete(long contentBytes)
    {
        if (IsOpenEnded)
        {
            _layout = _layout.EndedBy(_options, contentBytes, _payload.End);
            if (_layout.Type == DiskType.Fixed)
            {
                TakeAllSpace();
            }
        }

        FileOffset end = _payload.End > _layout.Bat ? _payload.End : _layout.Bat + _layout.BatBytes;
        _file.SetLength(end.Value);
        _payload.WriteTable(_layout.Geometry, _layout.Bat);
        WriteMetadata();
        WriteRegionTables();
        WriteHeaders();
        if (_options.Replaced is null)
        {
            WriteIdentifier(_file);
        }
    }

    /// <summary>Makes an image of a file that has all else (R-CRE-4).</summary>
    /// <param name="file">Durable when the call returns, the identifier after all else.</param>
    internal static void WriteIdentifier(IImageFile file)
    {
        file.Flush();
        byte[] identifier = new byte[FileTypeIdentifier.SizeBytes];
        new FileTypeIdentifier(CreatorName).Write(identifier);
        file.Write(default, identifier);
        file.Flush();
    }

    // R-CRE-5: added bytes read as zeros, and their space is there: no later write meets a full disk.
    private void TakeAllSpace()
    {
        FileOffset end = _payload.PlaceAll(_layout.Geometry.PayloadBlockCount);
        _file.SetLength(end.Value);
        _file.Allocate(_layout.Blocks, end.Value - _layout.Blocks.Value);
    }

    private void WriteHeaders()
    {
        byte[] bytes = new byte[VhdxHeader.SizeBytes];
        for (int slot = 0; slot < 2; slot++)
        {
            // R-CRE-2: two numbers in a row, all GUIDs alike.
            new VhdxHeader(
                (ulong)slot + 1,
                _fileWriteGuid,
                _dataWriteGuid,
                LogGuid: Guid.Empty,
                LogVersion: 0,
                Version: 1,
                ImageLayout.LogBytes,
                (ulong)ImageLayout.Log.Value).Write(bytes);
            _file.Write(HeaderPair.OffsetOf(slot), bytes);
        }
    }

    private void WriteRegionTables()
    {
        byte[] bytes = new byte[RegionTable.SizeBytes];
        new RegionTable(
        [
            new RegionTableEntry(
                RegionIds.Bat, (ulong)_layout.Bat.Value, (uint)_layout.BatBytes, RegionTableEntry.RequiredFlag),
            new RegionTableEntry(
                RegionIds.Metadata,
                (ulong)ImageLayout.Metadata.Value,
                ImageLayout.MetadataBytes,
                RegionTableEntry.RequiredFlag),
        ]).Write(bytes);
        _file.Write(RegionLayout.FirstTable, bytes);
        _file.Write(RegionLayout.SecondTable, bytes);
    }

    private void WriteMetadata()
    {
        DiskGeometry geometry = _layout.Geometry;
        uint flags = _layout.Type switch
        {
            DiskType.Fixed => FileParameters.LeaveBlockAllocatedFlag,
            DiskType.Differencing => FileParameters.HasParentFlag,
            _ => 0,
        };
        const uint ofFile = MetadataTableEntry.IsRequiredFlag;
        const uint ofDisk = MetadataTableEntry.IsRequiredFlag | MetadataTableEntry.IsVirtualDiskFlag;
        byte[] parameters = new byte[FileParameters.SizeBytes];
        new FileParameters((uint)geometry.BlockSizeBytes, flags).Write(parameters);

        var items = new MetadataWriter();
        items.Add(MetadataItemIds.FileParameters, ofFile, parameters);
        items.Add(MetadataItemIds.VirtualDiskSize, ofDisk, Bytes((ulong)geometry.DiskSizeBytes));
        items.Add(MetadataItemIds.LogicalSectorSize, ofDisk, Bytes((uint)geometry.LogicalSectorSizeBytes));
        items.Add(MetadataItemIds.PhysicalSectorSize, ofDisk, Bytes((uint)geometry.PhysicalSectorSizeBytes));
        items.Add(MetadataItemIds.VirtualDiskId, ofDisk, _virtualDiskId.ToByteArray());
        byte[]? locator = _options.Replaced is { ParentLocator: { } old } replaced
            ? old.EncodeWith(replaced.Path, old.Linkage, old.Linkage2)
            : _options.Parent is { } parent
                ? ParentLocator.Encode(parent.Image.DataWriteGuid, parent.RelativePath, parent.AbsolutePath) : null;
        if (locator is not null)
        {
            items.Add(MetadataItemIds.ParentLocator, ofFile, locator);
        }

        _file.Write(ImageLayout.Metadata, items.ToRegion(ImageLayout.MetadataBytes));
    }

    private static byte[] Bytes(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
