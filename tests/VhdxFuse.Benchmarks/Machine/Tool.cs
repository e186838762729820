using System;
using System.IO;
using System.Linq;

namespace VhdxFuse.Benchmarks.Machine;

/// <summary>A program of somebody else's, and the Debian package that has it.</summary>
internal sealed record Tool(string Name, string DebianPackage)
{
    public static Tool Fio { get; } = new("fio", "fio");

    public static Tool QemuImg { get; } = new("qemu-img", "qemu-utils");

    public static Tool QemuIo { get; } = new("qemu-io", "qemu-utils");

    public static Tool QemuNbd { get; } = new("qemu-nbd", "qemu-utils");

    public static Tool QemuStorageDaemon { get; } = new("qemu-storage-daemon", "qemu-system-common");

    public static Tool Nbdfuse { get; } = new("nbdfuse", "libnbd-bin");

    public static Tool Vhdimount { get; } = new("vhdimount", "libvhdi-utils");

    public static Tool Strace { get; } = new("strace", "strace");

    public static Tool Cp { get; } = new("cp", "coreutils");

    /// <summary>Whether it is in a folder of PATH.</summary>
    public bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, Name)));
}
