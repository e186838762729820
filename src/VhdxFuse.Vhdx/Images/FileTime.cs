using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>A timestamp as the file system keeps it.</summary>
/// <param name="Seconds">Since 1970-01-01T00:00:00Z.</param>
/// <param name="Nanoseconds">Below 10^9.</param>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public readonly record struct FileTime(long Seconds, uint Nanoseconds);
