namespace VhdxFuse.Vhdx.Images;

/// <summary>A timestamp as the file system keeps it.</summary>
/// <param name="Seconds">Since 1970-01-01 00:00 UTC; may be negative.</param>
/// <param name="Nanoseconds">0 to 999,999,999, added to the seconds.</param>
public readonly record struct FileTime(long Seconds, int Nanoseconds);
