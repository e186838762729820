namespace VhdxFuse.Vhdx.Images;

/// <summary>The error numbers that this folder acts on. Linux gives them the same values on x64 and arm64.</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,
    NoSuchEntry = 2,
    Interrupted = 4,
    InputOutput = 5,
    NoSuchDeviceOrAddress = 6,
    TryAgain = 11,
    AccessDenied = 13,
    Busy = 16,
    NotADirectory = 20,
    InvalidArgument = 22,
    FileTooBig = 27,
    NoSpace = 28,
    ReadOnlyFileSystem = 30,
    NameTooLong = 36,
    NoLocksAvailable = 37,
    NotImplemented = 38,
    TooManyLinks = 40,
    IllegalSequence = 84,
    NotSupported = 95,
    QuotaExceeded = 122,
}
