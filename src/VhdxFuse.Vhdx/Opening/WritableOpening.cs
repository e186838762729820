using System;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>
/// Makes an image writable that was opened for reading. All that can be refused is refused before the first byte is
/// written; then a pending log is replayed into the file. Nothing else is written until the disk is.
/// </summary>
internal static class WritableOpening
{
    /// <summary>More than any session makes: one for each lap of the log.</summary>
    private const ulong HeaderUpdatesInReserve = 1UL << 48;

    /// <summary>The greatest header number of an image that is opened for writing (R-HDR-10).</summary>
    public const ulong MaxSequenceNumberAtStart = ulong.MaxValue - HeaderUpdatesInReserve;

    /// <param name="opened">For reading, its log replayed in memory; its file is open for writing.</param>
    /// <param name="options">As for reading.</param>
    /// <returns>The image as it is in its file now. The other object is done with.</returns>
    /// <exception cref="VhdxException">Corrupt: blocks overlap. LogNeverBegun: the log is named but was never begun.
    /// Unsupported: the file has no log.</exception>
    public static VhdxImage Open(VhdxImage opened, OpenOptions options)
    {
        JudgeLog(opened, options);
        SpaceAllocator space = SpaceOf(opened, options.ExtensionBytes);
        VhdxImage image = opened;
        if (opened.Log.LogGuid != Guid.Empty)
        {
            EndLog(opened, options);
            image = ImageOpener.Open(opened.Source, options);
            image.Log = opened.Log;
            space = SpaceOf(image, options.ExtensionBytes);
        }

        var region = new LogRegion(image.File, image.Log.Start, (uint)image.Log.LengthBytes);
        var journal = new MetadataJournal(
            image.Map.Pages, image.Headers, region, options.Guids.NewGuid, options.LapSectors);
        image.BeginWriting(
            journal,
            new BlockWriter(image.Map, journal, space, image.Type == DiskType.Fixed));
        return image;
    }

    private static void JudgeLog(VhdxImage image, OpenOptions options)
    {
        if (options.Log == LogPolicy.Ignore)
        {
            throw new ArgumentException("an image whose log is left out can't be written", nameof(options));
        }

        // R-HDR-8
        if (image.Log.LengthBytes == 0)
        {
            throw new VhdxException(
                VhdxErrorKind.Unsupported, image.Path, "the file has no room for a log: it can only be read");
        }

        // R-HDR-10: a session must not begin that can't end.
        if (image.HeaderSequenceNumber > MaxSequenceNumberAtStart)
        {
            throw new VhdxException(
                VhdxErrorKind.LimitExceeded,
                image.Path,
                HeaderPair.OffsetOf(image.Headers.CurrentSlot) + 8,
                $"the header's sequence number is {image.HeaderSequenceNumber}: too near the greatest there is");
        }

        if (image.Log.Outcome == LogOutcome.NamedButEmpty && !options.ResetLog)
        {
            throw new VhdxException(
                VhdxErrorKind.LogNeverBegun,
                image.Path,
                image.Log.Start,
                "the header names a log that was never written (a killed QEMU leaves this)");
        }
    }

    /// <summary>R-BAT-11: everything that takes space, before anything of it is handed out. Only reads.</summary>
    /// <param name="image">All its metadata is at home.</param>
    /// <param name="extensionBytes">How far the file is extended at least.</param>
    /// <exception cref="VhdxException">Corrupt, Truncated: an entry is bad, or two blocks overlap.</exception>
    public static SpaceAllocator SpaceOf(VhdxImage image, long extensionBytes)
    {
        var space = new SpaceAllocator(image.File, extensionBytes);
        foreach (FileRange range in image.Layout.Taken)
        {
            Invariant.Holds(space.TryMark(range.Start, range.LengthBytes)); // proved to be apart
        }

        var walk = new BatWalk(image.File, image.Geometry, image.Layout);
        foreach (BatItem item in walk)
        {
            if (item.Defect != BatDefect.None)
            {
                throw walk.Rules.ErrorOf(item);
            }

            if (item.IsAnchor && item.Start.Value + item.LengthBytes > Units.RoundUp(image.File.LengthBytes, Units.MiB))
            {
                throw new VhdxException(
                    VhdxErrorKind.Corrupt,
                    image.Path,
                    item.EntryAt,
                    $"{walk.Rules.NameOf(item)} keeps its place at {item.Start}, behind the end of the file");
            }

            if (item.LengthBytes > 0 && !space.TryMark(item.Start, item.LengthBytes))
            {
                throw new VhdxException(
                    VhdxErrorKind.Corrupt,
                    image.Path,
                    item.EntryAt,
                    $"{walk.Rules.NameOf(item)} at {item.Start} overlaps another block");
            }
        }

        return space;
    }

    private static void EndLog(VhdxImage image, OpenOptions options)
    {
        IImageFile file = image.Source;
        var region = new LogRegion(file, image.Log.Start, (uint)image.Log.LengthBytes);
        ActiveSequence? sequence = image.Log.Outcome == LogOutcome.NamedButEmpty
            ? null : ActiveSequence.Find(region, LogScanner.Scan(region, image.Log.LogGuid));
        FileReplay.Replay(file, image.Headers, region, sequence, options.Guids.NewGuid());
    }
}
