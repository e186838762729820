using System.IO;
using System.Linq;
using VhdxFuse.Support;

namespace VhdxFuse.Fuse.Tests.Serving;

/// <summary>What is served: known to both sides of a mount test.</summary>
internal static class ServedTree
{
    public const long DiskBytes = (8 << 20) + 1000; // the last page is a partial one
    public const int ManyCount = 300;

    /// <summary>Data in every eighth block of 64 KiB.</summary>
    public static SparseMemory Disk() => SparseMemory.Patterned(DiskBytes, block => block % 8 == 0);

    public static MemoryNode Directory()
    {
        MemoryNode many = MemoryNode.Directory();
        foreach (int i in Enumerable.Range(0, ManyCount))
        {
            _ = many.With(ManyName(i), MemoryNode.File(SparseMemory.Of("x"u8)));
        }

        return MemoryNode.Directory()
            .With("disk.raw", MemoryNode.File(Disk()))
            .With("hello.txt", MemoryNode.File(SparseMemory.Of("hello\n"u8)))
            .With("secret", MemoryNode.File(SparseMemory.Of("secret\n"u8), UnixFileMode.UserRead))
            .With("faulty", MemoryNode.File(SparseMemory.Of("x"u8)))
            .With("many", many);
    }

    public static string ManyName(int index) => $"file-with-a-name-of-some-length-{index:000}";

    /// <summary>The disk's bytes.</summary>
    public static byte[] DiskContent()
    {
        byte[] content = new byte[DiskBytes];
        _ = Disk().Read(0, content);
        return content;
    }
}
