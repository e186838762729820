using Microsoft.Extensions.Logging;

namespace VhdxFuse;

/// <summary>Everything the program says about its work. The event ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 110,
        Level = LogLevel.Information,
        Message = "{Image}: log pending, {EntryCount} entries replayed in memory; the image is untouched")]
    public static partial void ReplayedInMemory(ILogger logger, string image, int entryCount);

    [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "{Image}: warning: {Detail} ({Kind})")]
    public static partial void AnomalyMet(ILogger logger, string image, string detail, string kind);

    [LoggerMessage(
        EventId = 112,
        Level = LogLevel.Information,
        Message = "{Image}: log pending, {EntryCount} entries replayed into the image")]
    public static partial void ReplayedIntoFile(ILogger logger, string image, int entryCount);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "{Image}: warning: {Note}")]
    public static partial void PartitionTableOdd(ILogger logger, string image, string note);

    [LoggerMessage(
        EventId = 114, Level = LogLevel.Information, Message = "{Image}: hashing; the mount is usable after that")]
    public static partial void Hashing(ILogger logger, string image);

    [LoggerMessage(EventId = 115, Level = LogLevel.Information, Message = "{Image}: verified: nothing has changed")]
    public static partial void Verified(ILogger logger, string image);

    [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "{Reason}; it isn't logged again")]
    public static partial void RequestFailed(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 121,
        Level = LogLevel.Error,
        Message = "more than {Count} places failed; further ones aren't listed")]
    public static partial void FailuresUnlisted(ILogger logger, int count);

    [LoggerMessage(
        EventId = 122,
        Level = LogLevel.Warning,
        Message = "{Count} places failed, the first: {Reason}")]
    public static partial void FailuresInAll(ILogger logger, int count, string reason);

    [LoggerMessage(
        EventId = 123,
        Level = LogLevel.Critical,
        Message = "internal error in {Operation}, please report it: {Reason}")]
    public static partial void HandlerFaulted(ILogger logger, string operation, string reason);

    [LoggerMessage(
        EventId = 124,
        Level = LogLevel.Error,
        Message = "{Reason}; what was written and not synced isn't durable")]
    public static partial void CheckpointFailed(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 130,
        Level = LogLevel.Warning,
        Message = "{MountPoint} is in use and goes on being served: 'fuser -vm {MountPoint}' shows by whom; "
            + "one more signal detaches it")]
    public static partial void Busy(ILogger logger, string mountPoint);

    [LoggerMessage(
        EventId = 131,
        Level = LogLevel.Warning,
        Message = "{MountPoint} is detached; what is open there goes on working, "
            + "and the program ends with the last of it")]
    public static partial void Detached(ILogger logger, string mountPoint);

    [LoggerMessage(
        EventId = 132,
        Level = LogLevel.Warning,
        Message = "{MountPoint}: only this container sees the mount, because its volume isn't shared "
            + "(docker and podman: --volume FOLDER:FOLDER:rshared; Kubernetes: mountPropagation: Bidirectional)")]
    public static partial void SeenHereAlone(ILogger logger, string mountPoint);

    [LoggerMessage(EventId = 140, Level = LogLevel.Debug, Message = "{Operation} {Path} = {Result}")]
    public static partial void PathRequest(ILogger logger, string operation, string path, long result);

    [LoggerMessage(
        EventId = 141,
        Level = LogLevel.Debug,
        Message = "{Operation} file {File} at {Offset}, {LengthBytes} bytes = {Result}")]
    public static partial void FileRequest(
        ILogger logger, string operation, ulong file, long offset, long lengthBytes, long result);

    [LoggerMessage(EventId = 142, Level = LogLevel.Debug, Message = "RELEASE file {File}")]
    public static partial void Released(ILogger logger, ulong file);

    [LoggerMessage(
        EventId = 150,
        Level = LogLevel.Information,
        Message = "{Device}: is written in place; what lies behind the disk stays as it is")]
    public static partial void WrittenInPlace(ILogger logger, string device);

    [LoggerMessage(
        EventId = 151,
        Level = LogLevel.Warning,
        Message = "{Input}: {Bytes} bytes are no whole number of sectors of {SectorBytes}; {Added} zeros were added")]
    public static partial void Padded(ILogger logger, string input, long bytes, int sectorBytes, long added);
}
