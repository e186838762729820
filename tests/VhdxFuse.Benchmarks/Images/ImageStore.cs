using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using VhdxFuse.Benchmarks.Machine;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Benchmarks.Images;

/// <summary>
/// The images of a run, made when they are first asked for. All have blocks of 1 MiB, so that the new-block rows count
/// the same blocks everywhere.
/// </summary>
/// <param name="folder">Where they lie.</param>
/// <param name="sizeBytes">Of the common disk.</param>
/// <param name="cancellation">Ends the making.</param>
internal sealed class ImageStore(string folder, long sizeBytes, CancellationToken cancellation)
{
    private const int BlockBytes = 1 << 20;
    private const long Tebibyte = 1L << 40;
    private const long SparseDiskBytes = 4L << 30;
    private const int SparseUsedEvery = 20; // of its blocks: 205 MiB
    private static readonly TimeSpan MakeDeadline = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, DiskImage> _made = [];
    private int _freshCount;

    /// <summary>Full of data, beside the same bytes in a plain file. Rows that overwrite may change the
    /// bytes.</summary>
    public DiskImage Full => Made("full", MakeFull);

    /// <summary>64 TiB without data, as qemu-img makes it; by our own engine where there is no qemu-img.</summary>
    public DiskImage Huge => Empty(64 * Tebibyte);

    /// <summary>200 MiB of data in single blocks all over 4 GiB.</summary>
    public DiskImage Sparse => Made(
        "sparse",
        own => Create(
            ImageIn(own), SparseDiskBytes, new PatternStream(SparseDiskBytes, n => n % SparseUsedEvery == 0)));

    /// <summary>An empty dynamic image for one use, and an empty plain file of the same size.</summary>
    public DiskImage Fresh()
    {
        string path = Path.Combine(folder, $"fresh-{++_freshCount}.vhdx");
        DiskImage made = Create(path, sizeBytes, content: null);
        string raw = Path.ChangeExtension(path, ".raw");
        using (FileStream plain = File.Create(raw))
        {
            plain.SetLength(sizeBytes);
        }

        return made with { RawPath = raw, IsForOneUse = true };
    }

    /// <summary>A disk of any size without data, as qemu-img makes it.</summary>
    public DiskImage Empty(long diskBytes) =>
        Made($"empty-{diskBytes >> 30}g", own => MakeEmpty(ImageIn(own), diskBytes));

    /// <summary>A disk whose first blocks hold data and whose others aren't there.</summary>
    /// <param name="diskBytes">Its size.</param>
    /// <param name="blocks">How many blocks hold data.</param>
    public DiskImage WithBlocks(long diskBytes, int blocks) => Made(
        $"blocks-{diskBytes >> 30}g-{blocks}",
        own => Create(ImageIn(own), diskBytes, new PatternStream((long)blocks * BlockBytes, _ => true)));

    /// <summary>The newest of a chain of images.</summary>
    /// <param name="depth">How many images; 1: no parent.</param>
    public DiskImage Chain(int depth) => Made($"chain-{depth}", own => DifferencingImages.Make(own, depth));

    /// <summary>An image whose log has nothing but valid entries, all pending.</summary>
    public DiskImage FullLog(int ringMiB, int pagesPerEntry) =>
        Made($"log-{ringMiB}m", own => FullLogImage.Make(ImageIn(own), ringMiB, pagesPerEntry));

    /// <summary>A copy for one use, for programs that change what they open.</summary>
    public DiskImage CopyOf(DiskImage image)
    {
        string path = Path.Combine(folder, $"copy-{++_freshCount}.vhdx");
        File.Copy(image.VhdxPath, path);
        return new DiskImage(path, RawPath: null, image.SizeBytes) { IsForOneUse = true };
    }

    /// <summary>Makes the common disk anew when it is next asked for: somebody may have left it half written.</summary>
    public void ForgetFull() => Forget("full");

    internal static DiskImage Create(string path, long diskBytes, Stream? content)
    {
        using var file = LinuxFile.CreateNew(path);
        CreateOptions options = new() { DiskSizeBytes = diskBytes, BlockSizeBytes = BlockBytes };
        Creator.Create(file, options, new RandomGuidSource(), content);
        return new DiskImage(path, RawPath: null, diskBytes);
    }

    private DiskImage MakeFull(string own)
    {
        string raw = Path.Combine(own, "disk.raw");
        using (FileStream plain = File.Create(raw))
        {
            new PatternStream(sizeBytes, _ => true).CopyTo(plain, BlockBytes);
            plain.Flush(flushToDisk: true);
        }

        return Create(ImageIn(own), sizeBytes, new PatternStream(sizeBytes, _ => true)) with { RawPath = raw };
    }

    private DiskImage MakeEmpty(string path, long diskBytes)
    {
        if (!Tool.QemuImg.IsThere)
        {
            return Create(path, diskBytes, content: null);
        }

        Command.Output(
            Tool.QemuImg.Name,
            ["create", "-q", "-f", "vhdx", "-o", "subformat=dynamic,block_size=1M", path, $"{diskBytes}"],
            MakeDeadline,
            cancellation);
        return new DiskImage(path, RawPath: null, diskBytes);
    }

    private static string ImageIn(string own) => Path.Combine(own, "disk.vhdx");

    /// <summary>Each image has a folder of its own; of one that couldn't be made nothing is left.</summary>
    private DiskImage Made(string name, Func<string, DiskImage> make)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_made.TryGetValue(name, out DiskImage? image))
        {
            return image;
        }

        string own = FolderOf(name);
        Directory.CreateDirectory(own);
        try
        {
            return _made[name] = make(own);
        }
        catch
        {
            Directory.Delete(own, recursive: true);
            throw;
        }
    }

    private void Forget(string name)
    {
        if (_made.Remove(name))
        {
            Directory.Delete(FolderOf(name), recursive: true);
        }
    }

    private string FolderOf(string name) => Path.Combine(folder, name);
}
