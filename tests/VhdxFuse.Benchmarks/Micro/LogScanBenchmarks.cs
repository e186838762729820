using System.IO;
using BenchmarkDotNet.Attributes;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Benchmarks.Micro;

/// <summary>Finding and checking every entry of a full log.</summary>
public class LogScanBenchmarks
{
    private const int PagesPerEntry = 1; // the most entries that fit

    private string _folder = "";
    private LinuxFile? _file;
    private LogRegion? _region;

    [Params(1, 64)]
    public int RingMiB { get; set; }

    [GlobalSetup]
    public void Make()
    {
        _folder = Directory.CreateTempSubdirectory("vhdxfuse-micro-").FullName;
        string path = Path.Combine(_folder, "log.vhdx");
        using (FullLogImage.Make(path, RingMiB, PagesPerEntry))
        {
            _file = LinuxFile.OpenRead(path, new FileOpenOptions());
        }

        _region = new LogRegion(_file, new FileOffset(FullLogImage.LogOffset), (uint)RingMiB << 20);
    }

    [Benchmark]
    public int Scan() => LogScanner.Scan(_region!, LogBuilder.DefaultLogGuid).Entries.Count;

    [GlobalCleanup]
    public void Remove()
    {
        _file?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
