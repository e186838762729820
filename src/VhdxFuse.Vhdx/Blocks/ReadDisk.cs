using System;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Reads the disk as the guest sees it, parents and all.</summary>
/// <param name="offset">On the disk, in bytes.</param>
/// <param name="target">Filled whole.</param>
internal delegate void ReadDisk(long offset, Span<byte> target);
