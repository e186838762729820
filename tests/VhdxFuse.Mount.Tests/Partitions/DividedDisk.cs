using System;
using System.IO;
using VhdxFuse.Partitions;
using VhdxFuse.Support;

namespace VhdxFuse.Mount.Tests.Partitions;

/// <summary>A file of 64 MiB that sfdisk divided; deleted in the end.</summary>
internal sealed class DividedDisk : IDisposable
{
    public const long LengthBytes = 64 << 20;

    public DividedDisk(string script)
    {
        Path = System.IO.Path.GetTempFileName();
        using (FileStream file = File.OpenWrite(Path))
        {
            file.SetLength(LengthBytes);
        }

        _ = ToolRun.Expect("sh", "-c", "printf '%s\\n' \"$2\" | LC_ALL=C.UTF-8 sfdisk -q \"$1\"", "sh", Path, script);
    }

    public string Path { get; }

    public PartitionTable Read()
    {
        using var file = File.OpenHandle(Path);
        return PartitionReader.Read(new SectorSource(
            (offset, target) => _ = RandomAccess.Read(file, target, offset), LengthBytes, 512));
    }

    public void Dispose() => File.Delete(Path);
}
