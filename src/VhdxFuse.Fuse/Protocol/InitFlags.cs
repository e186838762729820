using System;

namespace VhdxFuse.Fuse.Protocol;

/// <summary>The features we ask for, over both flag words. Left out on purpose: ATOMIC_O_TRUNC (so truncation comes as
/// SETATTR), WRITEBACK_CACHE (size, mtime and the order of writes would be the kernel's), NO_OPEN_SUPPORT and
/// NO_OPENDIR_SUPPORT (they lose KEEP_CACHE), the lock flags (locks work inside the kernel).</summary>
[Flags]
internal enum InitFlags : ulong
{
    None = 0,
    AsyncRead = 1UL << 0,
    BigWrites = 1UL << 5,
    DoReadDirPlus = 1UL << 13,
    ReadDirPlusAuto = 1UL << 14,
    AsyncDio = 1UL << 15,
    ParallelDirOps = 1UL << 18,
    AbortError = 1UL << 21,
    MaxPages = 1UL << 22,
    InitExt = 1UL << 30,
    DirectIOAllowMmap = 1UL << 36,
    Wanted = AsyncRead | BigWrites | DoReadDirPlus | ReadDirPlusAuto | AsyncDio | ParallelDirOps | AbortError
        | MaxPages | InitExt | DirectIOAllowMmap,
}
