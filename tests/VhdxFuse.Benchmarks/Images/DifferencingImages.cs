using System.IO;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Benchmarks.Images;

/// <summary>
/// A chain in which every layer counts: the base is full, and of every n-th block each child of n - 1 holds the first
/// half. So reads go down all depths, and through sector bitmaps.
/// </summary>
internal static class DifferencingImages
{
    private const int BlockBytes = 1 << 20;
    private const int BaseBlocks = 256;
    private const long DiskBytes = (long)BaseBlocks * BlockBytes;

    /// <summary>Makes base and children beside each other.</summary>
    /// <param name="folder">Of the chain's own.</param>
    /// <param name="depth">How many images.</param>
    /// <returns>The newest.</returns>
    public static DiskImage Make(string folder, int depth)
    {
        DiskImage newest = ImageStore.Create(
            Path.Combine(folder, "0.vhdx"), DiskBytes, new PatternStream(DiskBytes, _ => true));
        for (int layer = 1; layer < depth; layer++)
        {
            newest = MakeChild(newest, Path.Combine(folder, $"{layer}.vhdx"));
            WriteEvery(newest, first: layer, step: depth);
        }

        return newest;
    }

    private static DiskImage MakeChild(DiskImage parent, string path)
    {
        using VhdxImage opened = VhdxImage.Open(Read(parent.VhdxPath), new OpenOptions());
        using var file = LinuxFile.CreateNew(path);
        string name = Path.GetFileName(parent.VhdxPath);
        Creator.Create(
            file,
            new CreateOptions
            {
                Type = DiskType.Differencing,
                Parent = new ParentReference(opened, $".\\{name}", $"C:\\VMs\\{name}"), // vhdimount wants both
            },
            new RandomGuidSource());
        return parent with { VhdxPath = path };
    }

    private static void WriteEvery(DiskImage image, int first, int step)
    {
        FileOpenOptions options = new();
        using DifferencingChain chain = DifferencingChain.Open(
            LinuxFile.OpenWrite(image.VhdxPath, options),
            new LinuxParentSource(options),
            new OpenOptions { Access = ImageAccess.ReadWrite });
        byte[] half = new byte[BlockBytes / 2];
        using PatternStream pattern = new(half.Length, _ => true);
        pattern.ReadExactly(half);
        for (int block = first; block < BaseBlocks; block += step)
        {
            chain.Disk.Write((long)block * BlockBytes, half);
        }

        chain.Close();
    }

    private static LinuxFile Read(string path) => LinuxFile.OpenRead(path, new FileOpenOptions());
}
