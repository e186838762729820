using System;
using System.Collections.Generic;
using System.Globalization;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Diagnosis;

/// <summary>Finds the processes that have locked a file. Locks of open files bear no process id in
/// <c>/proc/locks</c>; the descriptors that such a lock belongs to are listed with it.</summary>
internal static class LockHolders
{
    /// <summary>The holders that this process may see, as <c>process 123 (qemu-img)</c>.</summary>
    /// <param name="files">The machine's.</param>
    /// <param name="facts">Of the locked file.</param>
    /// <param name="self">This process, which isn't meant.</param>
    public static IReadOnlyList<string> Of(MachineFiles files, FileFacts facts, int self)
    {
        string place = string.Create(
            CultureInfo.InvariantCulture, $"{facts.DeviceMajor:x2}:{facts.DeviceMinor:x2}:{facts.Inode}");
        var holders = new List<string>();
        foreach (string process in files.NamesIn("/proc"))
        {
            if (int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && id != self && Holds(files, process, place))
            {
                string name = (files.Read($"/proc/{process}/comm") ?? "").Trim();
                holders.Add(name.Length == 0 ? $"process {id}" : $"process {id} ({OneLine.Escape(name)})");
            }
        }

        return holders;
    }

    /// <summary>Whether the text of a descriptor names a lock on a file.</summary>
    /// <param name="descriptor">As in <c>/proc/PID/fdinfo/N</c>.</param>
    /// <param name="place"><c>MAJOR:MINOR:INODE</c>, the first two in hexadecimal.</param>
    public static bool NamesLockOn(string descriptor, string place)
    {
        foreach (ReadOnlySpan<char> line in descriptor.AsSpan().EnumerateLines())
        {
            int at = line.StartsWith("lock:", StringComparison.Ordinal)
                ? line.IndexOf($" {place} ", StringComparison.Ordinal)
                : -1;
            if (at >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(MachineFiles files, string process, string place)
    {
        foreach (string descriptor in files.NamesIn($"/proc/{process}/fdinfo"))
        {
            if (files.Read($"/proc/{process}/fdinfo/{descriptor}") is { } text && NamesLockOn(text, place))
            {
                return true;
            }
        }

        return false;
    }
}
