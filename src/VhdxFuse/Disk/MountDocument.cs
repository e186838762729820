using System;

namespace VhdxFuse.Disk;

/// <summary>A file in the folder <c>.vhdxfuse</c>.</summary>
/// <param name="Name">As bytes, without slash.</param>
/// <param name="Make">Called when somebody asks, of a live one each time it is opened; of the others at the mount where
/// something may be written.</param>
/// <param name="IsLive">Whether it tells of more than was found at the mount.</param>
internal sealed record MountDocument(
    byte[] Name, Func<MountedDisk, ReadOnlyMemory<byte>> Make, bool IsLive = false);
