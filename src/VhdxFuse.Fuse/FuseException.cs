using System;

namespace VhdxFuse.Fuse;

/// <summary>Mounting or unmounting failed. The message is one line, names the mount point or device, and says what to
/// do.</summary>
public sealed class FuseException : Exception
{
    /// <summary>Makes an exception without details.</summary>
    public FuseException()
        : this("FUSE failed")
    {
    }

    /// <summary>Makes an exception of kind <see cref="FuseFailure.System"/>.</summary>
    public FuseException(string message)
        : this(FuseFailure.System, message)
    {
    }

    /// <summary>Makes an exception of kind <see cref="FuseFailure.System"/> with its cause.</summary>
    public FuseException(string message, Exception innerException)
        : base(message, innerException)
    {
        Failure = FuseFailure.System;
    }

    /// <summary>Makes an exception.</summary>
    public FuseException(FuseFailure failure, string message, FuseErrno errno = FuseErrno.None)
        : base(message)
    {
        Failure = failure;
        Errno = errno;
    }

    /// <summary>The kind, stable, for programs.</summary>
    public FuseFailure Failure { get; }

    /// <summary>The error number of the system call that failed; None when none did.</summary>
    public FuseErrno Errno { get; }
}
