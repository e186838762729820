namespace VhdxFuse.Output;

/// <summary>A region of an image file.</summary>
internal sealed record RegionDocument(string Id, long Offset, long Length, bool Required);
