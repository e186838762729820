using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>Where a system call's failure becomes an error that a user reads.</summary>
internal static class ErrnoText
{
    /// <summary>In words, as strerror(3) has them.</summary>
    public static string Of(Errno errno) => Marshal.GetPInvokeErrorMessage((int)errno);

    /// <summary>NoSpace when the file system is full, or what it grants this user, or the file as long as it can be;
    /// else Io.</summary>
    public static VhdxErrorKind KindOf(Errno errno) =>
        errno is Errno.NoSpace or Errno.QuotaExceeded or Errno.FileTooBig ? VhdxErrorKind.NoSpace : VhdxErrorKind.Io;

    /// <summary>An error about a whole file.</summary>
    /// <param name="path">The image.</param>
    /// <param name="what">What failed: <c>can't be opened</c>.</param>
    /// <param name="errno">Why.</param>
    public static VhdxException Failure(string path, string what, Errno errno) =>
        new(KindOf(errno), path, $"{what}: {Of(errno)}{CureOf(errno)}");

    // Root is denied a file only where its capabilities were taken away, or by a server or a security module.
    private static string CureOf(Errno errno) => errno == Errno.AccessDenied && LibC.IsRoot
        ? " (in a container: --cap-add DAC_READ_SEARCH to read what belongs to others, DAC_OVERRIDE to write it)"
        : "";
}
