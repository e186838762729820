using System;

namespace VhdxFuse.Fuse.Protocol;

/// <summary>Which fields of fuse_setattr_in count (FATTR_*). Others (the handle, lock owner, "now", ctime) change
/// nothing.</summary>
[Flags]
internal enum SetAttrFields
{
    None = 0,
    Mode = 1 << 0,
    Uid = 1 << 1,
    Gid = 1 << 2,
    Size = 1 << 3,
    Atime = 1 << 4,
    Mtime = 1 << 5,
}
