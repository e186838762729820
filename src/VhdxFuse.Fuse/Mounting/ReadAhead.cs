using System.Text;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>How far the kernel reads ahead in files of one mount. INIT can only lower it from its 128 KiB; root may
/// raise it afterwards, for this mount alone.</summary>
internal static class ReadAhead
{
    private const int BytesPerUnit = 1024; // of read_ahead_kb

    /// <summary>Sets it. Where that isn't allowed, or /sys isn't there, the kernel's own choice stays.</summary>
    /// <param name="device"><c>MAJOR:MINOR</c> of the mount, whose INIT has been answered.</param>
    /// <param name="lengthBytes">At least 1024.</param>
    public static void TrySet(string device, int lengthBytes)
    {
        int file = LibC.Open($"/sys/class/bdi/{device}/read_ahead_kb", LibC.ReadWriteCloseOnExec);
        if (file >= 0)
        {
            _ = LibC.Write(file, Encoding.ASCII.GetBytes($"{lengthBytes / BytesPerUnit}"));
            LibC.Close(file);
        }
    }
}
