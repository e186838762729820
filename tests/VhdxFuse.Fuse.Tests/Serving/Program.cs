using System;
using System.IO;
using System.IO.MemoryMappedFiles;

namespace VhdxFuse.Fuse.Tests.Serving;

/// <summary>What the test assembly does when it is started as a program: it serves a mount, so that a hang or a crash
/// hits a child process and never the test host.</summary>
internal static class Program
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["serve", string mountPoint, .. string[] words] => Server.Run(mountPoint, words),
        ["mmap", string file] => PrintMapped(file),
        _ => throw new ArgumentException("usage: serve MOUNTPOINT [WORD...] | mmap FILE", nameof(arguments)),
    };

    /// <summary>Prints the sum of a file's bytes, read through a mapping.</summary>
    private static int PrintMapped(string file)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(
            file, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        long length = new FileInfo(file).Length;
        long sum = 0;
        for (long i = 0; i < length; i++)
        {
            sum += view.ReadByte(i);
        }

        Console.WriteLine(sum);
        return 0;
    }
}
