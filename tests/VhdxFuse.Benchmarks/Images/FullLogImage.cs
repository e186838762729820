using VhdxFuse.Support;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Benchmarks.Images;

/// <summary>
/// An image that was cut off with its log full: one active sequence from the start of the ring to its end, no byte
/// unused but what is too short for another entry. It never wraps, so that QEMU replays all of it too.
/// </summary>
internal static class FullLogImage
{
    /// <summary>Where the log lies: behind the BAT.</summary>
    public const int LogOffset = 16 * MiB;

    private const int MiB = 1 << 20;
    private const int PageBytes = 4096;
    private const long DiskBytes = 1L << 40; // whose BAT has pages enough for entries that don't repeat each other
    private const long BatBytes = 9 * MiB;

    /// <param name="path">Where it is made.</param>
    /// <param name="ringMiB">The length of the log.</param>
    /// <param name="pagesPerEntry">1: as a writer leaves that syncs after each new block. 126, the most that one
    /// header sector describes: as one leaves that syncs seldom.</param>
    public static DiskImage Make(string path, int ringMiB, int pagesPerEntry)
    {
        ImageDraft draft = new()
        {
            DiskSizeBytes = DiskBytes,
            BlockSizeBytes = MiB,
            LogOffset = LogOffset,
            LogLengthBytes = (long)ringMiB * MiB,
        };
        long end = draft.LogOffset + draft.LogLengthBytes;
        draft.FileLengthBytes = end;
        draft.Log.FlushedFileOffset = end;
        draft.Log.LastFileOffset = end;
        byte[] page = new byte[PageBytes]; // blocks that aren't present: legal in any slot
        long nextPage = 0;
        ulong number = 1;
        for (long at = 0; at < draft.LogLengthBytes; number++)
        {
            long room = ((draft.LogLengthBytes - at) / PageBytes) - 1;
            if (room < 1)
            {
                break;
            }

            LogEntryDraft entry = draft.Log.Put((uint)at, number, tail: 0);
            for (int n = 0; n < pagesPerEntry && n < room; n++)
            {
                entry.Data((ulong)(draft.Bat.FileOffset + (nextPage++ * PageBytes % BatBytes)), page);
            }

            at += entry.SizeBytes;
        }

        using var file = LinuxFile.CreateNew(path);
        draft.BuildOnto(file);
        file.Flush();
        return new DiskImage(path, RawPath: null, DiskBytes);
    }
}
