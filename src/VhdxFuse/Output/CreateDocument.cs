namespace VhdxFuse.Output;

/// <summary>What <c>create --json</c> says.</summary>
/// <param name="Image">As it was named.</param>
/// <param name="Type">dynamic, fixed or differencing.</param>
/// <param name="VirtualSize">Of the disk, in bytes.</param>
/// <param name="Parent">As it was named; null for none.</param>
/// <param name="ParentRelativePath">How the image names its parent from its own folder.</param>
/// <param name="ParentAbsolutePath">How it names it as Windows does; null without a mapping.</param>
/// <param name="FileSize">In bytes.</param>
internal sealed record CreateDocument(
    string Image,
    string Type,
    long VirtualSize,
    string? Parent,
    string? ParentRelativePath,
    string? ParentAbsolutePath,
    long FileSize)
{
    public int Schema { get; init; } = 1;
}
