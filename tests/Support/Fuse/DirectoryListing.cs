using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using VhdxFuse.Fuse;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Support;

/// <summary>Lists a directory of a file system without a mount, in small steps, as the kernel would.</summary>
public static class DirectoryListing
{
    private const int StepBytes = 512;

    /// <summary>The names, without <c>.</c> and <c>..</c>.</summary>
    public static IReadOnlyList<string> Of(IFuseFileSystem fileSystem, string path)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        var directory = new FuseFileInfo(flags: 0);
        byte[] name = Encoding.UTF8.GetBytes(path);
        Check(fileSystem.OpenDir(name, ref directory));
        List<string> names = [];
        byte[] buffer = new byte[StepBytes];
        int position = 0;
        while (true)
        {
            var entries = new DirectoryWriter(buffer, position);
            Check(fileSystem.ReadDir(name, directory, ref entries));
            if (entries.LengthBytes == 0)
            {
                fileSystem.ReleaseDir(directory);
                return names;
            }

            position = Take(buffer.AsSpan(0, entries.LengthBytes), names);
        }
    }

    private static int Take(ReadOnlySpan<byte> entries, List<string> names)
    {
        ulong next = 0;
        while (!entries.IsEmpty)
        {
            DirectoryMessages.Dirent entry = MemoryMarshal.Read<DirectoryMessages.Dirent>(entries);
            int head = Unsafe.SizeOf<DirectoryMessages.Dirent>();
            string name = Encoding.UTF8.GetString(entries.Slice(head, (int)entry.Namelen));
            if (name is not ("." or ".."))
            {
                names.Add(name);
            }

            next = entry.Off;
            entries = entries[((head + (int)entry.Namelen + 7) / 8 * 8)..];
        }

        return (int)next;
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new InvalidOperationException($"errno {-result}");
        }
    }
}
