using System;

namespace VhdxFuse.Fuse.Interop;

/// <summary>Flags of mount(2) (MS_*).</summary>
[Flags]
internal enum MountFlags
{
    None = 0,
    ReadOnly = 1,
    NoSuid = 2,
    NoDev = 4,
    NoExec = 8,
    Synchronous = 16,
    DirSync = 128,
    NoAtime = 1024,
    NoDirAtime = 2048,
}
