using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse;

/// <summary>An open file or directory as a request names it. Open sets <see cref="Handle"/> and <see cref="Options"/>;
/// later requests bring the handle back.</summary>
public record struct FuseFileInfo
{
    private const int AccessModeMask = 3;
    private const int DataSync = 0x1000;
    private const int Direct = 0x4000; // O_DIRECT
    private const int DirectOnArm = 0x10000;

    /// <summary>Wraps the flags of a request.</summary>
    /// <param name="flags">The O_* flags: of the open call, or, for a read or write, of that call.</param>
    public FuseFileInfo(int flags) => Flags = flags;

    /// <summary>The O_* flags: of the open call, or, for a read or write, of that call.</summary>
    public int Flags { get; }

    /// <summary>The file system's own name for this open file; any value. Comes back in every request on it.</summary>
    public ulong Handle { get; set; }

    /// <summary>Set in Open and OpenDir: how the kernel treats the file. Ignored in other calls.</summary>
    public FuseOpenOptions Options { get; set; }

    /// <summary>Whether the flags ask for write access.</summary>
    public readonly bool IsForWriting => (Flags & AccessModeMask) != 0;

    /// <summary>Whether the flags ask for I/O past the page cache (O_DIRECT).</summary>
    public readonly bool IsDirect => (Flags & DirectFlag) != 0;

    /// <summary>Whether this write must be durable before it is answered (O_DSYNC or O_SYNC). The kernel does not
    /// always send an fsync after such a write.</summary>
    public readonly bool IsDataSync => (Flags & DataSync) != 0;

    // The one flag of these whose number depends on the machine.
    private static int DirectFlag =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? DirectOnArm : Direct;
}
