using System;

namespace VhdxFuse.Support;

/// <summary>The calls of an image file that can fail.</summary>
[Flags]
public enum FileCalls
{
    None = 0,
    Read = 1,
    NextData = 2,
    Write = 4,
    WriteZeros = 8,
    SetLength = 16,
    Flush = 32,
    Allocate = 64,
    All = Read | NextData | Write | WriteZeros | SetLength | Flush | Allocate,
}
