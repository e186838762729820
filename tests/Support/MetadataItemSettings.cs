using System;
using System.Collections.Generic;

namespace VhdxFuse.Support;

/// <summary>One metadata item: its content and its table entry. What is null follows the builder.</summary>
public sealed class MetadataItemSettings(Guid id, uint flags)
{
    public Guid Id { get; set; } = id;

    /// <summary>1: user, 2: virtual disk, 4: required.</summary>
    public uint Flags { get; set; } = flags;

    /// <summary>Null, for the items that every image has: what the builder's properties say.</summary>
    public IReadOnlyList<byte>? Content { get; set; }

    /// <summary>Where in the region the content lies. Null: right behind the item before.</summary>
    public uint? OffsetInRegion { get; set; }

    /// <summary>What the table says. Null: the content's length.</summary>
    public uint? ListedLengthBytes { get; set; }

    /// <summary>What the table says. Null: where the content lies; 0 for empty content.</summary>
    public uint? ListedOffset { get; set; }
}
