using System;

namespace VhdxFuse.Partitions;

/// <summary>Reads a disk.</summary>
/// <param name="offset">In bytes.</param>
/// <param name="target">Filled whole.</param>
internal delegate void DiskReading(long offset, Span<byte> target);
