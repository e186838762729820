namespace VhdxFuse.Fuse;

/// <summary>What kept a mount from coming about.</summary>
public enum FuseFailure
{
    /// <summary>There is no /dev/fuse.</summary>
    DeviceMissing,

    /// <summary>/dev/fuse may not be opened by this user.</summary>
    DeviceDenied,

    /// <summary>Neither mount(2) nor fusermount3 may be used.</summary>
    NotPermitted,

    /// <summary>fusermount3 refused; its own words are in the message.</summary>
    FusermountFailed,

    /// <summary>allow_other was asked for, and /etc/fuse.conf doesn't grant it.</summary>
    AllowOtherDenied,

    /// <summary>The mount point doesn't exist or isn't of the right kind.</summary>
    MountPoint,

    /// <summary>The server of an earlier mount at this mount point died and left it behind.</summary>
    DeadMount,

    /// <summary>An option has no meaning here.</summary>
    Options,

    /// <summary>The kernel and we could not agree on the protocol.</summary>
    Protocol,

    /// <summary>A system call failed in a way that has no better name.</summary>
    System,
}
