namespace VhdxFuse.Output;

/// <summary>A stretch of a disk that is zeros in the repaired image because it couldn't be read.</summary>
internal sealed record UnreadableDocument(long Start, long Length, string Reason);
