using System;

namespace VhdxFuse.Partitions;

/// <summary>A disk as partition tables see it: an array of logical sectors.</summary>
/// <param name="read">Throws what the disk throws.</param>
/// <param name="lengthBytes">Of the disk.</param>
/// <param name="sectorBytes">512 or 4096.</param>
internal sealed class SectorSource(DiskReading read, long lengthBytes, int sectorBytes)
{
    public long LengthBytes => lengthBytes;

    public int SectorBytes => sectorBytes;

    public ulong SectorCount => (ulong)(lengthBytes / sectorBytes);

    /// <returns>False when not all of it lies on the disk.</returns>
    public bool TryRead(ulong sector, Span<byte> target)
    {
        if (sector >= SectorCount || target.Length > lengthBytes - ((long)sector * sectorBytes))
        {
            return false;
        }

        read((long)sector * sectorBytes, target);
        return true;
    }
}
