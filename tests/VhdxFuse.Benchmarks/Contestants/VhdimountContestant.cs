using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using VhdxFuse.Benchmarks.Images;
using VhdxFuse.Benchmarks.Machine;

namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>libvhdi's vhdimount, which goes to the background by itself and only reads.</summary>
internal sealed class VhdimountContestant() : Contestant("vhdimount", ContestantKind.Peer)
{
    private const string DiskPrefix = "vhdi";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public override bool CanWrite => false;

    public override bool KnowsParents => true;

    public override IReadOnlyList<Tool> Tools => [Tool.Vhdimount];

    public override string Version => VersionOf(Tool.Vhdimount.Name, "-V");

    public override MountedDisk Mount(
        DiskImage image, MountUse use, string folder, CancellationToken cancellation)
    {
        MountedDisk mounted = new(folder, folder, folder);
        try
        {
            Command.ToBackground(Tool.Vhdimount.Name, [image.VhdxPath, folder], Deadline, cancellation);
            Waiting.Until(() => Layers(folder).Any(), "vhdimount to show a disk", cancellation);

            // vhdi1 is the base of a chain; the newest layer bears the highest number.
            return mounted.WithDisk(Path.Combine(folder, $"{DiskPrefix}{Layers(folder).Max()}"));
        }
        catch
        {
            mounted.Dispose();
            throw;
        }
    }

    private static IEnumerable<int> Layers(string folder) =>
        from path in Directory.EnumerateFiles(folder, DiskPrefix + "*")
        select int.Parse(Path.GetFileName(path)[DiskPrefix.Length..], CultureInfo.InvariantCulture);
}
