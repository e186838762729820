using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>realpath(3).</summary>
internal static unsafe partial class RealPath
{
    private const int MaxBytes = 4096; // PATH_MAX

    /// <summary>Resolves links, <c>.</c> and <c>..</c>.</summary>
    /// <returns>0 or a negative error number.</returns>
    public static int Of(string path, out string resolved)
    {
        byte* target = stackalloc byte[MaxBytes];
        if (RealPathRaw(path, target) is null)
        {
            resolved = "";
            return -Marshal.GetLastPInvokeError();
        }

        resolved = Marshal.PtrToStringUTF8((nint)target) ?? "";
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial byte* RealPathRaw(string path, byte* resolved);
}
