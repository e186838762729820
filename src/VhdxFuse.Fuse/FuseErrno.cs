namespace VhdxFuse.Fuse;

/// <summary>The Linux error numbers a file system may answer with. Handlers return them negated, see
/// <see cref="FuseErrnoExtensions.ToResult"/>. The numbers are those of x86-64 and arm64.</summary>
public enum FuseErrno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    Eperm = 1,

    /// <summary>No such file or directory.</summary>
    Enoent = 2,

    /// <summary>Interrupted system call.</summary>
    Eintr = 4,

    /// <summary>Input/output error.</summary>
    Eio = 5,

    /// <summary>No such device or address; also "no more data" for SEEK_DATA and SEEK_HOLE.</summary>
    Enxio = 6,

    /// <summary>Bad file descriptor.</summary>
    Ebadf = 9,

    /// <summary>Resource temporarily unavailable.</summary>
    Eagain = 11,

    /// <summary>Cannot allocate memory.</summary>
    Enomem = 12,

    /// <summary>Permission denied.</summary>
    Eacces = 13,

    /// <summary>Bad address.</summary>
    Efault = 14,

    /// <summary>Device or resource busy.</summary>
    Ebusy = 16,

    /// <summary>File exists.</summary>
    Eexist = 17,

    /// <summary>No such device: how the kernel says that the mount is gone.</summary>
    Enodev = 19,

    /// <summary>Not a directory.</summary>
    Enotdir = 20,

    /// <summary>Is a directory.</summary>
    Eisdir = 21,

    /// <summary>Invalid argument.</summary>
    Einval = 22,

    /// <summary>Text file busy.</summary>
    Etxtbsy = 26,

    /// <summary>File too large.</summary>
    Efbig = 27,

    /// <summary>No space left on device.</summary>
    Enospc = 28,

    /// <summary>Read-only file system.</summary>
    Erofs = 30,

    /// <summary>Numerical result out of range.</summary>
    Erange = 34,

    /// <summary>File name too long.</summary>
    Enametoolong = 36,

    /// <summary>Function not implemented. The kernel remembers it for the whole mount: never use it for "not
    /// now".</summary>
    Enosys = 38,

    /// <summary>No data available; also "no such attribute".</summary>
    Enodata = 61,

    /// <summary>Protocol error.</summary>
    Eproto = 71,

    /// <summary>Value too large for defined data type.</summary>
    Eoverflow = 75,

    /// <summary>Operation not supported.</summary>
    Eopnotsupp = 95,

    /// <summary>Software caused connection abort: how the kernel says that the connection was aborted.</summary>
    Econnaborted = 103,

    /// <summary>Transport endpoint is not connected: the server of the mount is gone.</summary>
    Enotconn = 107,

    /// <summary>Connection timed out.</summary>
    Etimedout = 110,

    /// <summary>Stale file handle.</summary>
    Estale = 116,

    /// <summary>Disk quota exceeded.</summary>
    Edquot = 122,
}
