namespace VhdxFuse.Output;

/// <summary>What <c>resize --json</c> says.</summary>
/// <param name="Image">As it was named.</param>
/// <param name="SizeBefore">Of the disk, in bytes.</param>
/// <param name="Size">Of the disk now, in bytes.</param>
internal sealed record ResizeDocument(string Image, long SizeBefore, long Size);
