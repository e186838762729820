using System.Collections.Generic;
using System.IO;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>nbdfuse over qemu-nbd, which serves the image on a Unix socket.</summary>
internal sealed class NbdfuseContestant() : Contestant("nbdfuse", ContestantKind.Peer)
{
    /// <summary>Clients that qemu-nbd admits at once: nbdfuse opens several connections.</summary>
    private const string Clients = "8";

    public override IReadOnlyList<Tool> Tools => [Tool.Nbdfuse, Tool.QemuNbd];

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation)
    {
        string socket = Path.Combine(folder, "s");
        string mountPoint = Path.Combine(folder, "d");
        string disk = Path.Combine(mountPoint, "disk.raw");
        Directory.CreateDirectory(mountPoint);
        string[] readOnly = use == MountUse.Read ? ["-r"] : [];
        MountedDisk mounted = new(folder, mountPoint, disk);
        try
        {
            mounted.Add(ServingProcess.Start(
                Tool.QemuNbd.Name,
                ServingEnd.OnRequest,
                [.. readOnly, "-f", "vhdx", "-k", socket, "-t", "-e", Clients, image.VhdxPath]))
                .WaitUntil(() => File.Exists(socket), cancellation);
            mounted.Add(ServingProcess.Start(
                Tool.Nbdfuse.Name, ServingEnd.WithItsMount, [.. readOnly, disk, $"nbd+unix:///?socket={socket}"]))
                .WaitUntil(() => File.Exists(disk), cancellation);
            return mounted;
        }
        catch
        {
            mounted.Dispose();
            throw;
        }
    }
}
