using System;
using System.Collections.Generic;
using System.Diagnostics;
using VhdxFuse.Benchmarks.Contestants;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Benchmarks.Running;

namespace VhdxFuse.Benchmarks.Workloads;

/// <summary>
/// How long an image takes to open whose log is full of valid entries that are all pending. Ours: a read-only mount in
/// the background and the first byte of its disk. QEMU refuses to read such an image: qemu-io opens a copy for writing,
/// replays the log into it, and quits.
/// </summary>
/// <param name="ringMiB">The length of the log. QEMU's time grows with its square: 64 MiB take it minutes.</param>
/// <param name="pagesPerEntry">How large its entries are.</param>
internal sealed class OpenFullLog(int ringMiB, int pagesPerEntry) : Workload(
    $"open-full-log-{ringMiB}m",
    Row.Duration($"open-full-log-{ringMiB}m", $"opens {ringMiB} MiB of pending log, {pagesPerEntry} pages an entry")
        with
    { Goal = Goal.RatioAtMost(0.2) })
{
    private const int Repetitions = 3;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public override IReadOnlyList<Tool> Tools => [];

    public override bool Takes(Contestant contestant) => contestant is VhdxFuseContestant or QemuToolsContestant;

    public override IEnumerable<Measurement> Run(Contestant contestant, Workbench bench)
    {
        DiskImage image = bench.Images.FullLog(ringMiB, pagesPerEntry);
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            TimeSpan taken = contestant is QemuToolsContestant
                ? TimeOfQemu(image, bench)
                : FirstByteTime.Of(contestant, image, bench);
            yield return new Measurement(Rows[0], taken.TotalMilliseconds);
        }
    }

    private static TimeSpan TimeOfQemu(DiskImage image, Workbench bench)
    {
        using DiskImage copy = bench.Images.CopyOf(image);
        bench.Settle();
        var watch = Stopwatch.StartNew();
        Command.Output(
            Tool.QemuIo.Name, ["-f", "vhdx", "-c", "quit", copy.VhdxPath], Deadline, bench.Cancellation);
        return watch.Elapsed;
    }
}
