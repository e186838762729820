using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using VhdxFuse.Fuse;

namespace VhdxFuse.Support;

/// <summary>A directory or file of <see cref="MemoryFileSystem"/>.</summary>
internal sealed class MemoryNode
{
    private const UnixFileMode DefaultMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode DirectoryMode = DefaultMode
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private MemoryNode(FuseFileType type, SparseMemory? content, UnixFileMode mode)
    {
        Type = type;
        Content = content;
        Mode = mode;
    }

    public FuseFileType Type { get; }

    public UnixFileMode Mode { get; }

    /// <summary>Null for a directory.</summary>
    public SparseMemory? Content { get; }

    /// <summary>Names and nodes, in order.</summary>
    public List<(byte[] Name, MemoryNode Node)> Children { get; } = [];

    public FuseTimestamp ModificationTime { get; set; } = new(1_600_000_000, 123_456_789);

    public FuseAttributes Attributes => new()
    {
        Type = Type,
        Permissions = Mode,
        SizeBytes = Content?.SizeBytes ?? 0,
        AllocatedBytes = Content?.AllocatedBytes ?? 0,
        ModificationTime = ModificationTime,
        AccessTime = ModificationTime,
        ChangeTime = ModificationTime,
    };

    public static MemoryNode Directory() => new(FuseFileType.Directory, null, DirectoryMode);

    public static MemoryNode File(SparseMemory content, UnixFileMode mode = DefaultMode) =>
        new(FuseFileType.RegularFile, content, mode);

    public MemoryNode With(string name, MemoryNode child)
    {
        Children.Add((Encoding.UTF8.GetBytes(name), child));
        return this;
    }

    public MemoryNode? Child(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] candidate, MemoryNode node) in Children)
        {
            if (name.SequenceEqual(candidate))
            {
                return node;
            }
        }

        return null;
    }
}
