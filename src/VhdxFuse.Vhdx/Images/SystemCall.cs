using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>The edge where errno becomes an error with a kind and a file.</summary>
internal static class SystemCall
{
    /// <summary>The error of the last system call, in words.</summary>
    public static VhdxException Failed(string path, string what)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new(VhdxErrorKind.Io, path, $"{what}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})");
    }
}
