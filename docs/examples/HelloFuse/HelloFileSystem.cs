using System;
using System.IO;
using VhdxFuse.Fuse;

namespace HelloFuse;

/// <summary>A folder with the file <c>hello</c>. Everything else is answered by the base class.</summary>
internal sealed class HelloFileSystem : FuseFileSystemBase
{
    private static readonly FuseAttributes Folder = new()
    {
        Type = FuseFileType.Directory,
        Permissions = (UnixFileMode)0b101_101_101,
    };

    private static readonly FuseAttributes Hello = new()
    {
        Type = FuseFileType.RegularFile,
        Permissions = (UnixFileMode)0b100_100_100,
        SizeBytes = Text.Length,
        AllocatedBytes = Text.Length,
    };

    private static ReadOnlySpan<byte> Text => "Hello from FUSE.\n"u8;

    public override int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes)
    {
        bool isRoot = path.SequenceEqual("/"u8);
        attributes = isRoot ? Folder : Hello;
        return isRoot || path.SequenceEqual("/hello"u8) ? 0 : FuseErrno.Enoent.ToResult();
    }

    public override int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries)
    {
        _ = entries.FirstIndex > 0 || entries.TryAdd("hello"u8, Hello);
        return 0;
    }

    public override int Read(in FuseFileInfo file, long offset, Span<byte> buffer)
    {
        ReadOnlySpan<byte> rest = Text[(int)Math.Min(offset, Text.Length)..];
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }
}
