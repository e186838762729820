using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>Converts the common disk, full of data, to a file that is durable in the end: qemu-img writes back for
/// that, since it flushes nothing by itself.</summary>
/// <param name="name">Of the row.</param>
/// <param name="toImage">From the raw file to an image, or the other way round.</param>
internal sealed class Conversion(string name, bool toImage) : Workload(
    name,
    Row.Duration(name, toImage ? "raw file to dynamic image, durable" : "image to raw file, durable")
        with
    { Goal = Goal.RatioAtMost(toImage ? 0.5 : 1) })
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant is VhdxFuseContestant or QemuToolsContestant;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        DiskImage disk = bench.Images.Full;
        string source = toImage ? disk.RawPath! : disk.VhdxPath;
        string target = Path.Combine(bench.Folder, toImage ? "converted.vhdx" : "converted.raw");
        try
        {
            bench.Settle();
            var watch = Stopwatch.StartNew();
            if (contestant is VhdxFuseContestant ours)
            {
                Command.Output(ours.Program, OurArguments(source, target), Deadline, bench.Cancellation);
            }
            else
            {
                Command.Output(Tool.QemuImg.Name, QemuArguments(source, target), Deadline, bench.Cancellation);
            }

            yield return new Measurement(Rows[0], watch.Elapsed.TotalMilliseconds);
        }
        finally
        {
            File.Delete(target);
        }
    }

    private string[] OurArguments(string source, string target) =>
        toImage ? ["convert", "--block-size", "1M", source, target] : ["convert", source, target];

    private string[] QemuArguments(string source, string target) => toImage
        ? ["convert", "-t", "writeback", "-f", "raw", "-O", "vhdx", "-o", "block_size=1M", source, target]
        : ["convert", "-t", "writeback", "-f", "vhdx", "-O", "raw", source, target];
}
