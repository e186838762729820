using System;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>QEMU without a mount: for what qemu-img and qemu-io do by themselves.</summary>
internal sealed class QemuToolsContestant() : Contestant("qemu-img", ContestantKind.Peer)
{
    public override bool CanMount => false;

    public override IReadOnlyList<Tool> Tools => [Tool.QemuImg, Tool.QemuIo];

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation) =>
        throw new NotSupportedException("qemu-img shows no disk as a file");
}
