using System;
using System.Linq;
using System.Reflection;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>Turns what the engine says into what JSON shows.</summary>
internal static class Documents
{
    public static string ProgramVersion { get; } = typeof(Documents).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static LayerDocument Of(VhdxImage image) => new()
    {
        Path = image.Path,
        Type = Name(image.Type),
        Creator = image.Creator,
        VirtualSize = image.Geometry.DiskSizeBytes,
        BlockSize = image.Geometry.BlockSizeBytes,
        LogicalSectorSize = image.Geometry.LogicalSectorSizeBytes,
        PhysicalSectorSize = image.Geometry.PhysicalSectorSizeBytes,
        VirtualDiskId = Text(image.VirtualDiskId),
        DataWriteGuid = Text(image.DataWriteGuid),
        FileWriteGuid = Text(image.FileWriteGuid),
        HeaderSequenceNumber = image.HeaderSequenceNumber,
        Log = Of(image.Log),
        Regions =
        [
            .. image.Regions.Select(region =>
                new RegionDocument(Text(region.Id), region.Start.Value, region.LengthBytes, region.IsRequired)),
        ],
        ParentLocator = image.ParentLocator?.Pairs,
        FoundBy = image.FoundBy is { } trail ? Name(trail) : null,
        File = image.Source is LinuxFile file ? Of(file) : null, // an overlay in memory has none
        Anomalies = [.. image.Anomalies.Select(anomaly => new AnomalyDocument(Name(anomaly.Kind), anomaly.Detail))],
    };

    /// <summary>A GUID as JSON and tables show it: lower-case, without braces.</summary>
    public static string Text(Guid guid) => guid.ToString("D");

    /// <summary>The name of a value as JSON shows it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>What may be done to a disk.</summary>
    public static string AccessOf(VirtualDisk disk) => Name(disk.IsWritable ? ImageAccess.ReadWrite : ImageAccess.Read);

    private static LogDocument Of(LogState log) => new()
    {
        Offset = log.Start.Value,
        Length = log.LengthBytes,
        LogGuid = log.LogGuid == Guid.Empty ? null : Text(log.LogGuid),
        Outcome = Name(log.Outcome),
        EntriesReplayed = log.Replay?.EntryCount ?? 0,
        PagesReplayed = log.Replay?.PageCount ?? 0,
        ZeroRangesReplayed = log.Replay?.ZeroRangeCount ?? 0,
    };

    private static FileDocument Of(LinuxFile file) => new()
    {
        Size = file.Facts.LengthBytes,
        Modified = Text(file.Facts.Modified),
        Changed = Text(file.Facts.StatusChanged),
        Accessed = Text(file.Facts.Accessed),
        Born = file.Facts.Born is { } born ? Text(born) : null,
        Mode = file.Facts.Mode,
        UserId = file.Facts.UserId,
        Inode = file.Facts.Inode,
        Lock = Name(file.LockState),
    };

    /// <summary>A moment in UTC.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>In UTC, with all digits.</summary>
    public static string Text(FileTime time)
    {
        // File systems keep years that a calendar date here can't show.
        if (time.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds()
            || time.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return $"@{time.Seconds}.{time.Nanoseconds:000000000}";
        }

        string seconds = DateTimeOffset.FromUnixTimeSeconds(time.Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss");
        return $"{seconds}.{time.Nanoseconds:000000000}Z";
    }
}
