using System;
using System.Diagnostics;
using System.IO;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>From starting the command until the first byte of the disk has been read, as a script sees it: who goes to
/// the background by himself is waited for, the others are looked for each millisecond.</summary>
internal static class FirstByteTime
{
    public static TimeSpan Of(Contestant contestant, DiskImage disk, Workbench bench)
    {
        string folder = bench.NewFolder();
        Span<byte> first = stackalloc byte[1];
        var watch = Stopwatch.StartNew();
        using MountedDisk mounted = contestant.Mount(disk, MountUse.Read, folder, bench.Cancellation);
        using (SafeFileHandle file = File.OpenHandle(mounted.DiskPath))
        {
            RandomAccess.Read(file, first, 0);
        }

        return watch.Elapsed;
    }
}
