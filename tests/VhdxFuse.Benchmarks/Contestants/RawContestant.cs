using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>The disk's bytes in a plain file on the same file system.</summary>
internal sealed class RawContestant() : Contestant("raw", ContestantKind.Limit)
{
    public override IReadOnlyList<Tool> Tools => [];

    public override string Version => "a plain file";

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation) =>
        new(folder, mountPoint: null, image.RawPath ?? throw new BenchmarkException("no raw file of this disk"));
}
