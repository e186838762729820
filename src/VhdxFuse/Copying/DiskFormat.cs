namespace VhdxFuse.Copying;

/// <summary>How a disk lies in a file.</summary>
internal enum DiskFormat
{
    Raw,
    Vhdx,
}
