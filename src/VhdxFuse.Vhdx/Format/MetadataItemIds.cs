using System;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The metadata items this implementation knows. MS-VHDX 2.6.2.</summary>
internal static class MetadataItemIds
{
    public static readonly Guid FileParameters = new("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    public static readonly Guid VirtualDiskSize = new("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    public static readonly Guid VirtualDiskId = new("BECA12AB-B2E6-4523-93EF-C309E000C746");
    public static readonly Guid LogicalSectorSize = new("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
    public static readonly Guid PhysicalSectorSize = new("CDA348C7-445D-4471-9CC9-E9885251C556");
    public static readonly Guid ParentLocator = new("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");

    /// <summary>Present while another program makes the file; absent from MS-VHDX.</summary>
    public static readonly Guid IncompleteFile = new("71CC85F0-1B69-4E28-9558-C3BF83AE75D3");

    /// <summary>Heads and sectors a track; absent from MS-VHDX, safe to ignore.</summary>
    public static readonly Guid ChsParameters = new("DA02D7BC-3D3A-423C-AC88-2A36AB21479B");
}
