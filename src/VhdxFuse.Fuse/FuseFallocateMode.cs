using System;

namespace VhdxFuse.Fuse;

/// <summary>The mode of <c>fallocate(2)</c>; 0 asks to allocate and, without <see cref="KeepSize"/>, to grow.</summary>
[Flags]
public enum FuseFallocateMode
{
    /// <summary>Allocate space.</summary>
    None = 0,

    /// <summary>The size of the file stays.</summary>
    KeepSize = 1,

    /// <summary>Give the space back (TRIM); always with <see cref="KeepSize"/>.</summary>
    PunchHole = 2,

    /// <summary>Make the range read as zeros.</summary>
    ZeroRange = 0x10,
}
