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
public sealed class Creator
{
    private const string CreatorName = "vhdxfuse";
    private readonly IImageFile _file;
    private readonly ImageLayout _layout;
    private readonly Guid _fileWriteGuid;
    private readonly Guid _dataWriteGuid;
    private readonly Guid _virtualDiskId;
    private readonly CreateOptions _options;

    private Creator(IImageFile file, CreateOptions options, IGuidSource guids)
    {
        _file = file;
        _options = options;
        _layout = ImageLayout.Of(options);
        _fileWriteGuid = guids.NewGuid();
        _dataWriteGuid = guids.NewGuid();
        _virtualDiskId = options.Parent?.Image.VirtualDiskId ?? guids.NewGuid();
    }

    /// <summary>Writes an image into an empty file.</summary>
    /// <param name="file">Empty; not disposed. Durable when the call returns.</param>
    /// <param name="options">What is made.</param>
    /// <param name="guids">Where its identities come from.</param>
    /// <param name="content">The disk's bytes from its start, read to the end; what is missing is zeros. Null: an empty
    /// disk. A differencing image starts empty.</param>
    /// <exception cref="ArgumentException">The options make no legal image, the file isn't empty, or the content is
    /// longer than the disk.</exception>
    /// <exception cref="VhdxException">Io: the file can't be written.</exception>
    public static void Create(IImageFile file, CreateOptions options, IGuidSource guids, Stream? content = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(guids);
        if (file.LengthBytes != 0)
        {
            throw new ArgumentException("the file is not empty", nameof(file));
        }

        if (content is not null && options.Parent is not null)
        {
            throw new ArgumentException("a differencing image starts empty", nameof(content));
        }

        new Creator(file, options, guids).Create(content);
    }

    private void Create(Stream? content)
    {
        long end = _layout.Blocks.Value;
        if (_layout.Type == DiskType.Fixed)
        {
            // R-CRE-5: added bytes read as zeros.
            end += _layout.Geometry.PayloadBlockCount * _layout.Geometry.BlockSizeBytes;
        }

        _file.SetLength(end);
        var payload = new PayloadWriter(_file, _layout);
        payload.Write(content);
        WriteMetadata();
        WriteRegionTables();
        WriteHeaders();
        _file.Flush();
        byte[] identifier = new byte[FileTypeIdentifier.SizeBytes];
        new FileTypeIdentifier(CreatorName).Write(identifier);
        _file.Write(default, identifier);
        _file.Flush();
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
                RegionIds.Bat, (ulong)ImageLayout.Bat.Value, (uint)_layout.BatBytes, RegionTableEntry.RequiredFlag),
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
        if (_options.Parent is { } parent)
        {
            byte[] locator = ParentLocator.Encode(parent.Image.DataWriteGuid, parent.RelativePath, parent.AbsolutePath);
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
