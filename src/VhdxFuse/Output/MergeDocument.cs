namespace VhdxFuse.Output;

/// <summary>What <c>merge --json</c> says.</summary>
/// <param name="Image">The child, as it was named.</param>
/// <param name="Parent">Where the disk is now.</param>
/// <param name="Size">Of the disk, in bytes.</param>
/// <param name="ChildDeleted">Whether the child's file is gone.</param>
internal sealed record MergeDocument(string Image, string Parent, long Size, bool ChildDeleted);
