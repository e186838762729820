namespace VhdxFuse.Output;

/// <summary>A stretch of at most 16 bytes that a log entry changes against what the file holds.</summary>
/// <param name="Offset">In the file.</param>
/// <param name="Before">Hexadecimal: as the file holds it, without its log.</param>
/// <param name="After">Hexadecimal: as the entry would write it.</param>
internal sealed record ChangedBytesDocument(long Offset, string Before, string After);
