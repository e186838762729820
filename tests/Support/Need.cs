using System;

namespace VhdxFuse.Support;

/// <summary>What a test needs from the machine.</summary>
[Flags]
public enum Need
{
    None = 0,

    /// <summary>Mounting FUSE file systems: /dev/fuse and CAP_SYS_ADMIN.</summary>
    Fuse = 1,

    /// <summary>User id 0.</summary>
    Root = 2,

    /// <summary>User namespaces that a process may make.</summary>
    UserNamespace = 4,
}
