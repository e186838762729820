using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VhdxFuse.Hosting;

/// <summary>File descriptors by number, as the command line and a caller's pipes name them.</summary>
internal static unsafe class Descriptor
{
    private static readonly string[] Folders = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>The number in <c>/dev/fd/N</c>; null for any other path.</summary>
    public static int? NumberIn(string path)
    {
        foreach (string folder in Folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)
                && int.TryParse(path.AsSpan(folder.Length), NumberStyles.None, null, out int number))
            {
                return number;
            }
        }

        return null;
    }

    public static bool IsOpen(int descriptor) => LibC.Control(descriptor, LibC.GetDescriptorFlags, 0) >= 0;

    /// <summary>Says whether programs started from here on get the descriptor.</summary>
    public static void SetInherited(int descriptor, bool inherited) =>
        _ = LibC.Control(descriptor, LibC.SetDescriptorFlags, inherited ? 0 : LibC.CloseOnExec);

    /// <summary>Writes all bytes.</summary>
    /// <returns>False when nobody can take them (any more).</returns>
    public static bool Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            fixed (byte* start = bytes)
            {
                count = LibC.Write(descriptor, start, (nuint)bytes.Length);
            }

            if (count >= 0)
            {
                bytes = bytes[(int)count..];
            }
            else if (Marshal.GetLastPInvokeError() != LibC.ErrorInterrupted)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the names in a folder durable, as far as its file system can.</summary>
    public static void MakeNamesDurable(string folder)
    {
        int descriptor = LibC.Open(folder, LibC.OpenCloseOnExec);
        if (descriptor >= 0)
        {
            _ = LibC.Synchronize(descriptor);
            _ = LibC.Close(descriptor);
        }
    }

    /// <summary>Waits for one byte.</summary>
    /// <returns>False when the other end was closed without one.</returns>
    public static bool ReadByte(int descriptor)
    {
        byte received;
        nint count;
        do
        {
            count = LibC.Read(descriptor, &received, 1);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == LibC.ErrorInterrupted);

        return count == 1;
    }
}
