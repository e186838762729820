using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support;

/// <summary>Writes what an <see cref="ImageDraft"/> says, structure by structure.</summary>
internal sealed class ImageDraftWriter(ImageDraft builder, IImageFile file)
{
    private const int ChecksumOffset = 4; // in headers and region tables alike
    private const int CopyBytes = Units.MiB;

    private static readonly FileOffset[] HeaderPlaces = [new(0x10000), new(0x20000)];
    private static readonly FileOffset[] RegionTablePlaces = [new(0x30000), new(0x40000)];

    // The end of what was written so far; new blocks go there.
    private long _end = builder.FirstFreeOffset;

    public void Write()
    {
        byte[] identifier = new byte[FileTypeIdentifier.SizeBytes];
        new FileTypeIdentifier(builder.Creator).Write(identifier);
        file.Write(new FileOffset(0), identifier);
        WriteHeader(HeaderPlaces[0], builder.Header1);
        WriteHeader(HeaderPlaces[1], builder.Header2);
        WriteRegionTable(RegionTablePlaces[0], builder.RegionTable1);
        WriteRegionTable(RegionTablePlaces[1], builder.RegionTable2);
        WriteMetadata();
        WriteBitmaps();
        WritePayload();
        builder.Log.WriteTo(file, builder.LogOffset, builder.LogLengthBytes);
        file.SetLength(builder.FileLengthBytes ?? Units.RoundUp(Math.Max(_end, file.LengthBytes), Units.MiB));
    }

    private static void WriteChecksum(Span<byte> structure) => BinaryPrimitives.WriteUInt32LittleEndian(
        structure[ChecksumOffset..], Crc32C.OfStructure(structure, ChecksumOffset));

    private void WriteHeader(FileOffset at, HeaderSettings settings)
    {
        Guid logGuid = builder.Log.EntryCount == 0 ? Guid.Empty : builder.Log.LogGuid;
        byte[] bytes = new byte[VhdxHeader.SizeBytes];
        new VhdxHeader(
            settings.SequenceNumber,
            settings.FileWriteGuid ?? builder.FileWriteGuid,
            settings.DataWriteGuid ?? builder.DataWriteGuid,
            settings.LogGuid ?? logGuid,
            settings.LogVersion,
            settings.Version,
            settings.LogLengthBytes ?? (uint)builder.LogLengthBytes,
            settings.LogOffset ?? (ulong)builder.LogOffset).Write(bytes);
        settings.BeforeChecksum?.Invoke(bytes);
        WriteChecksum(bytes);
        settings.AfterChecksum?.Invoke(bytes);
        file.Write(at, bytes);
    }

    private void WriteRegionTable(FileOffset at, RegionTableSettings settings)
    {
        byte[] bytes = new byte[RegionTable.SizeBytes];
        new RegionTable([.. builder.Regions.Select(Listed)]).Write(bytes);
        if (settings.EntryCount is { } count)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), count);
        }

        settings.BeforeChecksum?.Invoke(bytes);
        WriteChecksum(bytes);
        settings.AfterChecksum?.Invoke(bytes);
        file.Write(at, bytes);
    }

    private RegionTableEntry Listed(RegionSettings region) => new(
        region.Id,
        region.ListedFileOffset ?? (ulong)region.FileOffset,
        region.ListedLengthBytes
            ?? (uint)(region == builder.Bat ? builder.BatLengthBytes : region.LengthBytes ?? Units.MiB),
        region.Flags);

    private void WriteMetadata()
    {
        byte[] table = new byte[MetadataTable.SizeBytes];
        int count = 0;
        uint next = MetadataTable.SizeBytes;
        FileOffset region = new(builder.Metadata.FileOffset);
        foreach (MetadataItemSettings item in builder.Items)
        {
            if (ContentOf(item) is not { } content)
            {
                continue;
            }

            uint at = item.OffsetInRegion ?? next;
            file.Write(region + at, content);
            next = at + (uint)content.Length;
            new MetadataTableEntry(
                item.Id,
                item.ListedOffset ?? (content.Length == 0 ? 0 : at),
                item.ListedLengthBytes ?? (uint)content.Length,
                item.Flags).Write(table.AsSpan(MetadataTable.EntriesOffset + (count * MetadataTableEntry.SizeBytes)));
            count++;
        }

        new MetadataTable(builder.MetadataEntryCount ?? (ushort)count).Write(table);
        builder.MetadataTableChange?.Invoke(table);
        file.Write(region, table);
    }

    // Null when the item isn't in this image.
    private byte[]? ContentOf(MetadataItemSettings item)
    {
        if (item.Content is not null)
        {
            return [.. item.Content];
        }

        if (item.Id == MetadataItemIds.FileParameters)
        {
            byte[] content = new byte[FileParameters.SizeBytes];
            uint flags = builder.Kind switch
            {
                ImageKind.Fixed => FileParameters.LeaveBlockAllocatedFlag,
                ImageKind.Differencing => FileParameters.HasParentFlag,
                _ => 0,
            };
            new FileParameters((uint)builder.BlockSizeBytes, flags).Write(content);
            return content;
        }

        return item.Id == MetadataItemIds.VirtualDiskSize ? LittleEndian.Bytes(builder.DiskSizeBytes)
            : item.Id == MetadataItemIds.LogicalSectorSize ? LittleEndian.Bytes(builder.LogicalSectorSizeBytes)
            : item.Id == MetadataItemIds.PhysicalSectorSize ? LittleEndian.Bytes(builder.PhysicalSectorSizeBytes)
            : item.Id == MetadataItemIds.VirtualDiskId ? builder.VirtualDiskId.ToByteArray()
            : item.Id == MetadataItemIds.ParentLocator && builder.HasParent
                ? ParentLocatorItem.Write([.. builder.ParentLocator])
            : null;
    }

    private void WriteBitmaps()
    {
        SortedSet<long> chunks = new(builder.Bitmaps.Keys);
        ReferenceGeometry geometry = builder.Geometry;
        foreach ((long block, PayloadBlock setting) in builder.Blocks)
        {
            if (setting.State == PayloadBlockState.PartiallyPresent && builder.HasParent)
            {
                chunks.Add(block / geometry.ChunkRatio);
            }
        }

        foreach (long chunk in chunks)
        {
            BitmapBlock setting = builder.Bitmaps.TryGetValue(chunk, out BitmapBlock? own) ? own : new();
            ulong raw = setting.RawEntry
                ?? ((setting.FileOffsetMiB ?? (ulong)Allocate(Units.MiB) / Units.MiB) * Units.MiB)
                    | BatEntry.BitmapPresentState;
            file.Write(builder.BitmapEntryAt(chunk), LittleEndian.Bytes((long)raw));
            if (setting.RawEntry is null && PlaceOf(raw) is { } at)
            {
                file.Write(at, BitsOf(chunk, setting.Background));
                _end = Math.Max(_end, at.Value + Units.MiB);
            }
        }
    }

    private byte[] BitsOf(long chunk, byte background)
    {
        byte[] bits = new byte[Units.MiB];
        bits.AsSpan().Fill(background);
        ReferenceGeometry geometry = builder.Geometry;
        int blockBytes = geometry.SectorsPerBlock / 8;
        foreach ((long block, PayloadBlock setting) in builder.Blocks)
        {
            bool counts = setting.State == PayloadBlockState.PartiallyPresent || setting.SetBits.Count > 0;
            if (!counts || block / geometry.ChunkRatio != chunk)
            {
                continue;
            }

            Span<byte> own = bits.AsSpan((int)(block % geometry.ChunkRatio) * blockBytes, blockBytes);
            own.Clear();
            foreach (int sector in setting.SetBits)
            {
                own[sector / 8] |= (byte)(1 << (sector % 8));
            }
        }

        return bits;
    }

    private void WritePayload()
    {
        foreach ((long block, PayloadBlock setting) in builder.AllBlocks())
        {
            bool present = setting.State is PayloadBlockState.FullyPresent or PayloadBlockState.PartiallyPresent;
            ulong raw = setting.RawEntry ?? (ulong)setting.State
                | ((setting.FileOffsetMiB
                    ?? (present ? (ulong)Allocate(builder.BlockSizeBytes) / Units.MiB : 0)) * Units.MiB);
            file.Write(builder.PayloadEntryAt(block), LittleEndian.Bytes((long)raw));
            if (PlaceOf(raw) is { } at && !(setting.RawEntry.HasValue && setting.Content.IsZeros))
            {
                WriteContent(at, block, setting.Content);
                _end = Math.Max(_end, at.Value + builder.BlockSizeBytes);
            }
        }
    }

    private void WriteContent(FileOffset at, long block, BlockContent content)
    {
        if (content.IsZeros)
        {
            return;
        }

        byte[] buffer = new byte[Math.Min(CopyBytes, builder.BlockSizeBytes)];
        for (int done = 0; done < builder.BlockSizeBytes; done += buffer.Length)
        {
            content.Fill((block * builder.BlockSizeBytes) + done, buffer);
            file.Write(at + done, buffer);
        }
    }

    private long Allocate(long lengthBytes)
    {
        long at = Units.RoundUp(_end, Units.MiB);
        _end = at + lengthBytes;
        return at;
    }

    // Null for no place, and for one that no file has.
    private static FileOffset? PlaceOf(ulong rawEntry)
    {
        ulong offset = new BatEntry(rawEntry).FileOffsetMiB * Units.MiB;
        return offset is 0 or > Units.MaxFileSizeBytes ? null : new FileOffset((long)offset);
    }
}
