using System.Collections.Generic;

namespace VhdxFuse.Partitions;

/// <summary>What was found of a disk's partitions.</summary>
/// <param name="Scheme">How it is divided.</param>
/// <param name="Id">The disk signature in hexadecimal, or the disk's GUID; null without a table.</param>
/// <param name="Partitions">In the table's order; logical ones last.</param>
/// <param name="Notes">What is wrong, a line each.</param>
internal sealed record PartitionTable(
    PartitionScheme Scheme, string? Id, IReadOnlyList<Partition> Partitions, IReadOnlyList<string> Notes);
