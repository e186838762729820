using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Support;

/// <summary>The disk that a built image shows, by MS-VHDX 2.5.1.1 (and zeros where that leaves a choice).</summary>
internal static class DiskModel
{
    public static ReferenceDisk Of(ImageDraft builder, ReferenceDisk? parent)
    {
        if (builder.HasParent != parent is not null)
        {
            throw new ArgumentException("a child, and only a child, needs a parent", nameof(parent));
        }

        ReferenceDisk disk = parent?.Resized(builder.DiskSizeBytes) ?? new(builder.DiskSizeBytes);
        foreach ((long block, PayloadBlock setting) in builder.AllBlocks())
        {
            if (block < builder.Geometry.PayloadCount)
            {
                Apply(builder, block, setting, disk);
            }
        }

        return disk;
    }

    private static void Apply(ImageDraft builder, long block, PayloadBlock setting, ReferenceDisk disk)
    {
        long start = block * builder.BlockSizeBytes;
        switch (setting.State)
        {
            case PayloadBlockState.NotPresent:
                break;
            case PayloadBlockState.PartiallyPresent:
                int sectorBytes = builder.LogicalSectorSizeBytes;
                foreach (int sector in new SortedSet<int>(setting.SetBits))
                {
                    Write(start + ((long)sector * sectorBytes), sectorBytes, setting.Content, disk);
                }

                break;
            case PayloadBlockState.FullyPresent when !setting.Content.IsZeros:
                Write(start, builder.BlockSizeBytes, setting.Content, disk);
                break;
            default:
                disk.WriteZeros(start, Math.Min(builder.BlockSizeBytes, disk.SizeBytes - start));
                break;
        }
    }

    // What lies past the disk's end is dropped.
    private static void Write(long at, int lengthBytes, BlockContent content, ReferenceDisk disk)
    {
        byte[] bytes = new byte[Math.Clamp(disk.SizeBytes - at, 0, lengthBytes)];
        content.Fill(at, bytes);
        disk.Write(Math.Min(at, disk.SizeBytes), bytes);
    }
}
