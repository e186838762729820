using System;
using System.Linq;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>
/// Writes a sound image with all that can be read of a damaged one, which stays as it is. Protocol <em>new file</em>:
/// the file identifier is written last, when all else is durable (R-CRE-4).
/// </summary>
/// <remarks>The new image stands in for the old one: same kind, sizes, VirtualDiskId and DataWriteGuid, and of a child
/// the same names of its parent; so its children find it, and it finds its parent. A child is repaired alone: its
/// parents aren't read. Metadata items of users and unknown regions aren't taken over.</remarks>
public static class ImageRepair
{
    /// <summary>Unreadable stretches that are told one by one.</summary>
    public const int MaxRanges = 10_000;

    /// <summary>Repairs an image.</summary>
    /// <param name="file">The damaged one. Not owned; only read.</param>
    /// <param name="target">Empty, open for writing; not disposed. Durable when the call returns.</param>
    /// <param name="options">Whether a pending log counts, and where identities come from. A log that is damaged never
    /// counts.</param>
    /// <param name="progress">Told how many bytes of the disk are done. May throw to end the work: the target is no
    /// image then.</param>
    /// <returns>What of the disk could not be read.</returns>
    /// <exception cref="VhdxException">Corrupt: the size of the disk, its map, or the name of its parent is lost.
    /// LimitExceeded: the names of its parent are too long for a new image. Io, NoSpace: the target can't be written.
    /// What of the file can't be read because its disk fails is in the report, if
    /// it is payload or its map.</exception>
    public static RepairReport Write(
        IImageFile file, IImageFile target, OpenOptions options, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var check = new CheckRun(file, new CheckOptions { Log = options.Log });
        CheckReport found = check.Run();
        VhdxImage from = check.Salvage() ?? throw new VhdxException(
            VhdxErrorKind.Corrupt,
            file.Path,
            "it can't be repaired: what its disk is can't be read" +
            (found.Findings.FirstOrDefault(f => f.Severity == FindingSeverity.Error) is { } first
                ? $" ({first.Detail})" : ""));

        Creator.Create(target, CreateOptions.InPlaceOf(from), options.Guids);
        var open = new OpenOptions
        {
            Access = ImageAccess.ReadWrite,
            Guids = options.Guids,
            LacksIdentifier = true,
        };
        VhdxImage to = WritableOpening.Open(VhdxImage.Open(target, open), open); // not disposed: the file isn't ours
        RepairReport report = new RepairCopy(from, to, progress).Run();
        to.Writer!.Close();
        KeepIdentity(target, from.DataWriteGuid);
        Creator.WriteIdentifier(target);
        return report;
    }

    // The session that wrote the copy has drawn a new one; the disk is still the old one.
    private static void KeepIdentity(IImageFile target, Guid dataWriteGuid)
    {
        var writer = new HeaderWriter(target, HeaderPair.Read(target));
        for (int slot = 0; slot < 2 && dataWriteGuid != Guid.Empty; slot++)
        {
            writer.Update(writer.Current with { DataWriteGuid = dataWriteGuid });
            target.Flush();
        }
    }
}
