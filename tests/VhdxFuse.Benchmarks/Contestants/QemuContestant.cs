using System.Collections.Generic;
using System.IO;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>qemu-storage-daemon's FUSE export: a regular file that becomes the disk.</summary>
/// <param name="aio">How its file driver reads: threads or io_uring.</param>
internal sealed class QemuContestant(string aio) : Contestant($"qemu-{aio}", ContestantKind.Peer)
{
    public override IReadOnlyList<Tool> Tools => [Tool.QemuStorageDaemon];

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation)
    {
        string export = Path.Combine(folder, "disk.raw");
        File.WriteAllBytes(export, []);
        (string readOnly, string writable) = use == MountUse.Write ? ("off", "on") : ("on", "off");
        MountedDisk mounted = new(folder, export, export);
        try
        {
            mounted.Add(ServingProcess.Start(
                Tool.QemuStorageDaemon.Name,
                ServingEnd.OnRequest,
                [
                    "--blockdev",
                    $"driver=file,filename={image.VhdxPath},node-name=file,aio={aio},read-only={readOnly}",
                    "--blockdev", $"driver=vhdx,file=file,node-name=disk,read-only={readOnly}",
                    "--export", $"fuse,id=e,node-name=disk,mountpoint={export},writable={writable}",
                ])).WaitUntil(() => new FileInfo(export).Length > 0, cancellation);
            return mounted;
        }
        catch
        {
            mounted.Dispose();
            throw;
        }
    }
}
