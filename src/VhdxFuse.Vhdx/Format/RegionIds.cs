using System;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The regions that every file has. MS-VHDX 2.2.3.</summary>
internal static class RegionIds
{
    public static readonly Guid Bat = new("2DC27766-F623-4200-9D64-115E9BFD4A08");
    public static readonly Guid Metadata = new("8B7CA206-4790-4B9A-B8FE-575F050F886E");
}
