namespace VhdxFuse.Vhdx.Checking;

/// <summary>A stretch of a disk that could not be read, and is zeros in the repaired image.</summary>
/// <param name="DiskOffset">In bytes.</param>
/// <param name="LengthBytes">At least 1.</param>
/// <param name="Reason">One line: why its first part can't be read.</param>
public sealed record UnreadableRange(long DiskOffset, long LengthBytes, string Reason);
