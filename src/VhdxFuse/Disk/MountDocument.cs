using System;

namespace VhdxFuse.Disk;

/// <summary>A file in the folder <c>.vhdxfuse</c>.</summary>
/// <param name="Name">As bytes, without slash.</param>
/// <param name="Make">Called once: at the mount where something may be written, else when somebody asks.</param>
internal sealed record MountDocument(byte[] Name, Func<MountedDisk, ReadOnlyMemory<byte>> Make);
