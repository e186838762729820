using System;

namespace VhdxFuse.Support;

/// <summary>Fills the target with a disk's bytes from an offset on.</summary>
public delegate void DiskRead(long diskOffset, Span<byte> target);
