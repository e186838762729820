using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Writes 4 KiB into each of many blocks that aren't there yet: nothing but allocation.</summary>
internal static class BlockFiller
{
    private const int WriteBytes = 4096;
    private const int BlockBytes = 1 << 20;
    private const int MostBlocks = 500;

    /// <summary>How many blocks of a disk are written.</summary>
    public static int CountFor(long diskBytes) => (int)long.Min(MostBlocks, diskBytes / BlockBytes);

    /// <summary>Fills the first blocks of a disk, and syncs.</summary>
    public static void Fill(string diskPath, int blocks, SyncEvery sync)
    {
        byte[] bytes = new byte[WriteBytes];
        bytes.AsSpan().Fill(0xB5);
        using SafeFileHandle disk = File.OpenHandle(
            diskPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (int block = 0; block < blocks; block++)
        {
            RandomAccess.Write(disk, bytes, (long)block * BlockBytes);
            if (sync == SyncEvery.Write)
            {
                RandomAccess.FlushToDisk(disk);
            }
        }

        if (sync == SyncEvery.Run)
        {
            RandomAccess.FlushToDisk(disk);
        }
    }
}
