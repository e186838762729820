using System;
using System.Collections.Generic;
using VhdxFuse.Crash.Tests.Independent;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Crash.Tests.Operations;

/// <summary>Looks at the start, the middle and the end of each of a disk's first blocks of 1 MiB, and at the ends that
/// a test names: with the engine, and with the reader that shares no code with it.</summary>
internal sealed class Sampled(params long[] ends)
{
    private const int SectorBytes = 512;
    private const int Blocks = 12;
    private const string ParentPath = "/memory/parent.vhdx";

    /// <summary>The content of a file that a draft makes.</summary>
    public static PagedBytes PagesOf(ImageDraft draft)
    {
        MemoryImageFile file = draft.Build();
        var pages = new PagedBytes();
        pages.SetLength(file.LengthBytes);
        foreach ((long at, byte[] chunk) in file.NonZeroChunks())
        {
            pages.Write(at, chunk.AsSpan(0, (int)long.Min(chunk.Length, file.LengthBytes - at)));
        }

        return pages;
    }

    /// <summary>Opens an image as a cut has left it, over its parent.</summary>
    public static DifferencingChain Open(PagedBytes image, PagedBytes? parent) =>
        DifferencingChain.Open(FileOf(image), new Parent(parent), new OpenOptions());

    public static CrashImageFile FileOf(PagedBytes image) => new(CrashPoint.Settled(image));

    /// <summary>Finds the parent, which is read only.</summary>
    public static IParentSource ParentOf(PagedBytes? parent) => new Parent(parent);

    /// <summary>What is wrong with the disk of an image; null: nothing.</summary>
    public string? Differs(PagedBytes image, PagedBytes? parent, ReferenceDisk expected)
    {
        try
        {
            using DifferencingChain chain = Open(image, parent);
            var other = IndependentReader.Open(image, parent is null ? null : IndependentReader.Open(parent));
            if (chain.Disk.LengthBytes != expected.SizeBytes || other.Layout.DiskSize != expected.SizeBytes)
            {
                return $"the disk has {chain.Disk.LengthBytes} or {other.Layout.DiskSize} bytes";
            }

            byte[] wanted = new byte[SectorBytes];
            byte[] found = new byte[SectorBytes];
            foreach (long sector in Sectors(expected.SizeBytes))
            {
                expected.Read(sector * SectorBytes, wanted);
                chain.Disk.Read(sector * SectorBytes, found);
                if (!found.AsSpan().SequenceEqual(wanted))
                {
                    return $"engine: sector 0x{sector:x} starts with {found[0]:x}, not {wanted[0]:x}";
                }

                other.ReadSector(sector, found);
                if (!found.AsSpan().SequenceEqual(wanted))
                {
                    return $"independent reader: sector 0x{sector:x} starts with {found[0]:x}, not {wanted[0]:x}";
                }
            }

            return null;
        }
        catch (BadImageException e)
        {
            return $"independent reader: {e.Message}";
        }
        catch (VhdxException e)
        {
            return $"engine: {e.Message}";
        }
    }

    private SortedSet<long> Sectors(long sizeBytes)
    {
        const int inBlock = Units.MiB / SectorBytes;
        var sectors = new SortedSet<long>();
        for (int block = 0; block < Blocks; block++)
        {
            sectors.UnionWith([block * inBlock, (block * inBlock) + 9, ((block + 1) * inBlock) - 1]);
        }

        foreach (long end in ends)
        {
            sectors.UnionWith([(end / SectorBytes) - 1, end / SectorBytes, (end / SectorBytes) + 40]);
        }

        sectors.RemoveWhere(sector => (sector + 1) * SectorBytes > sizeBytes);
        return sectors;
    }

    private sealed class Parent(PagedBytes? parent) : IParentSource
    {
        public string FolderOf(IImageFile image) => "/memory";

        public string? Find(string folder, IReadOnlyList<string> components) => parent is null ? null : ParentPath;

        public IImageFile Open(string path) => new CrashImageFile(CrashPoint.Settled(parent!), path);
    }
}
