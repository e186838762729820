using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>The values of the metadata region, each judged when it is read (R-FP-4). MS-VHDX 2.6.2.</summary>
internal sealed class MetadataValues
{
    private const long MaxRegionBytes = 128 * Units.MiB;
    private const uint MinBlockBytes = Units.MiB;
    private const uint MaxBlockBytes = 256 * Units.MiB;

    private readonly IImageFile _file;
    private readonly MetadataItems _items;
    private readonly List<Anomaly> _anomalies;

    private MetadataValues(IImageFile file, MetadataItems items, List<Anomaly> anomalies)
    {
        _file = file;
        _items = items;
        _anomalies = anomalies;
    }

    /// <summary>Reads and judges the table of the region.</summary>
    /// <param name="file">With its log replayed.</param>
    /// <param name="region">Inside the file.</param>
    /// <param name="anomalies">Gets what is met and tolerated.</param>
    /// <param name="noted">Told of each rule the table breaks instead of its being thrown.</param>
    public static MetadataValues Read(
        IImageFile file, FileRange region, List<Anomaly> anomalies, Action<VhdxException>? noted = null)
    {
        if (region.LengthBytes > MaxRegionBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.LimitExceeded,
                file.Path,
                region.Start,
                "length of the metadata region",
                region.LengthBytes,
                "at most 128 MiB").Breaking("R-MET-4");
        }

        byte[] table = ArrayPool<byte>.Shared.Rent(MetadataTable.SizeBytes);
        try
        {
            Span<byte> bytes = table.AsSpan(0, MetadataTable.SizeBytes);
            file.ReadExactly(region.Start, bytes);
            return new MetadataValues(file, MetadataItems.Judge(file.Path, region, bytes, noted), anomalies);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(table);
        }
    }

    public FileParameters ReadParameters()
    {
        byte[] bytes = ReadItem(
            MetadataItemIds.FileParameters,
            "FileParameters",
            FileParameters.SizeBytes,
            describesDisk: false,
            out FileOffset at);
        FileParameters parameters = FileParameters.Read(bytes);
        if (!BitOperations.IsPow2(parameters.BlockSizeBytes)
            || parameters.BlockSizeBytes is < MinBlockBytes or > MaxBlockBytes)
        {
            throw Fault(at, "block size", parameters.BlockSizeBytes, "a power of two from 1 to 256 MiB");
        }

        const uint known = FileParameters.LeaveBlockAllocatedFlag | FileParameters.HasParentFlag;
        return (parameters.Flags & ~known) == 0
            ? parameters : throw Fault(at + 4, "file parameter flags", $"0x{parameters.Flags:x}", "only bits 0 and 1");
    }

    public DiskGeometry ReadGeometry(FileParameters parameters)
    {
        int logical = ReadSectorSize(MetadataItemIds.LogicalSectorSize, "LogicalSectorSize");
        int physical = ReadSectorSize(MetadataItemIds.PhysicalSectorSize, "PhysicalSectorSize");
        byte[] bytes = ReadItem(
            MetadataItemIds.VirtualDiskSize, "VirtualDiskSize", sizeof(ulong), describesDisk: true, out FileOffset at);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return size is > 0 and <= (ulong)Units.MaxDiskSizeBytes && size % (ulong)logical == 0
            ? new DiskGeometry((long)size, (int)parameters.BlockSizeBytes, logical, physical, parameters.HasParent)
            : throw Fault(at, "VirtualDiskSize", size, $"a multiple of {logical} from {logical} to 64 TiB");
    }

    private int ReadSectorSize(Guid itemId, string name)
    {
        byte[] bytes = ReadItem(itemId, name, sizeof(uint), describesDisk: true, out FileOffset at);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return size is 512 or 4096 ? (int)size : throw Fault(at, name, size, "512 or 4096");
    }

    public Guid ReadVirtualDiskId() =>
        new(ReadItem(MetadataItemIds.VirtualDiskId, "VirtualDiskId", 16, describesDisk: true, out _));

    /// <summary>R-FP-3.</summary>
    public ParentLocator? ReadLocator(bool hasParent)
    {
        (FileOffset At, int LengthBytes, uint Flags, FileOffset EntryAt)? place =
            _items.Find(MetadataItemIds.ParentLocator);
        if (!hasParent)
        {
            if (place is not null)
            {
                _anomalies.Add(new Anomaly(
                    AnomalyKind.LocatorWithoutParent,
                    _file.Path,
                    "a parent locator is there, but the file says it has no parent"));
            }

            return null;
        }

        if (place is not { } found)
        {
            throw new VhdxException(
                VhdxErrorKind.Corrupt, _file.Path, "the file says it has a parent, but has no parent locator")
                .Breaking("R-FP-3");
        }

        byte[] item = new byte[found.LengthBytes];
        _file.ReadExactly(found.At, item);
        return ParentLocator.Judge(_file.Path, found.At, item);
    }

    private byte[] ReadItem(Guid itemId, string name, int lengthBytes, bool describesDisk, out FileOffset at)
    {
        if (_items.Find(itemId) is not { } place)
        {
            throw new VhdxException(VhdxErrorKind.Corrupt, _file.Path, $"metadata item {name} is missing")
                .Breaking("R-FP-4");
        }

        if (place.LengthBytes != lengthBytes)
        {
            throw Fault(place.EntryAt + 20, $"length of metadata item {name}", place.LengthBytes, $"{lengthBytes}");
        }

        if ((place.Flags & MetadataTableEntry.IsVirtualDiskFlag) != 0 != describesDisk)
        {
            _anomalies.Add(new Anomaly(
                AnomalyKind.ItemFlags, _file.Path, $"metadata item {name} has flags 0x{place.Flags:x}"));
        }

        at = place.At;
        byte[] bytes = new byte[lengthBytes];
        _file.ReadExactly(at, bytes);
        return bytes;
    }

    private VhdxException Fault(FileOffset at, string field, object found, string expected) =>
        VhdxException.Field(VhdxErrorKind.Corrupt, _file.Path, at, field, found, expected).Breaking("R-FP-4");
}
