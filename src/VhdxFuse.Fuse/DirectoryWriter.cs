using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse;

/// <summary>Takes the entries of a directory while ReadDir runs.</summary>
public ref struct DirectoryWriter
{
    private const int DotEntryCount = 2;

    private readonly Span<byte> _buffer;
    private readonly ReadOnlySpan<byte> _directory;
    private readonly NodeTable? _nodes; // with _encoder: attributes are wanted (READDIRPLUS)
    private readonly EntryEncoder? _encoder;
    private int _position; // of the next entry; . is 0, .. is 1

    internal DirectoryWriter(Span<byte> buffer, int position)
    {
        _buffer = buffer;
        _position = position;
        FirstIndex = Math.Max(0, position - DotEntryCount);
        AddDots();
    }

    internal DirectoryWriter(
        Span<byte> buffer, int position, ReadOnlySpan<byte> directory, NodeTable nodes, EntryEncoder encoder)
    {
        _buffer = buffer;
        _directory = directory;
        _nodes = nodes;
        _encoder = encoder;
        _position = position;
        FirstIndex = Math.Max(0, position - DotEntryCount);
        AddDots();
    }

    /// <summary>Index of the first entry wanted, counted from 0 without <c>.</c> and <c>..</c>. A listing comes in
    /// several calls, each going on where the buffer of the one before was full.</summary>
    public int FirstIndex { get; }

    /// <summary>Bytes of the reply so far.</summary>
    internal int LengthBytes { get; private set; }

    /// <summary>Whether an entry didn't fit. Later ones are refused too, even if shorter: order is the index.</summary>
    internal bool IsFull { get; private set; }

    /// <summary>Adds the next entry.</summary>
    /// <param name="name">1 to 255 bytes, without slash and NUL, not <c>.</c> and not <c>..</c>.</param>
    /// <param name="attributes">All attributes: they save the kernel a lookup for each entry.</param>
    /// <returns>False when it doesn't fit: stop, the rest is asked for later.</returns>
    /// <exception cref="ArgumentException">Not a name, or a path longer than 4096 bytes.</exception>
    public bool TryAdd(ReadOnlySpan<byte> name, in FuseAttributes attributes)
    {
        if (!NodePath.IsName(name))
        {
            throw new ArgumentException("not a file name", nameof(name));
        }

        // Lookups are counted only for entries that fit, since the kernel forgets only what it was told.
        if (!Fits(name))
        {
            return false;
        }

        AttrMessages.EntryOut entry = default;
        ulong inode = attributes.Inode != 0 ? attributes.Inode : DirectoryMessages.Dirent.UnknownInode;
        if (_nodes is not null)
        {
            entry = _encoder!.Entry(attributes, LookUp(name));
            inode = entry.Attr.Ino;
        }

        Append(name, entry, inode, attributes.Type);
        return true;
    }

    // The kernel ignores attributes of . and .., which stand with node 0.
    private void AddDots()
    {
        ReadOnlySpan<byte> dots = ".."u8;
        while (_position < DotEntryCount && Fits(dots[..(_position + 1)]))
        {
            Append(dots[..(_position + 1)], default, DirectoryMessages.Dirent.UnknownInode, FuseFileType.Directory);
        }
    }

    private bool Fits(ReadOnlySpan<byte> name)
    {
        IsFull |= EntryBytes(name) > _buffer.Length - LengthBytes;
        return !IsFull;
    }

    private readonly int EntryBytes(ReadOnlySpan<byte> name)
    {
        int alignment = DirectoryMessages.Dirent.AlignmentBytes;
        return (HeadBytes() + name.Length + alignment - 1) / alignment * alignment;
    }

    private readonly int HeadBytes() => _nodes is not null
        ? Unsafe.SizeOf<DirectoryMessages.Direntplus>()
        : Unsafe.SizeOf<DirectoryMessages.Dirent>();

    private readonly ulong LookUp(ReadOnlySpan<byte> name)
    {
        Span<byte> space = stackalloc byte[NodePath.MaxBytes];
        return NodePath.TryJoin(_directory, name, space, out ReadOnlySpan<byte> path)
            ? _nodes!.Lookup(path)
            : throw new ArgumentException("path too long", nameof(name));
    }

    private void Append(ReadOnlySpan<byte> name, in AttrMessages.EntryOut entry, ulong inode, FuseFileType type)
    {
        Span<byte> target = _buffer.Slice(LengthBytes, EntryBytes(name));
        target.Clear();
        _position++;
        var dirent = new DirectoryMessages.Dirent
        {
            Ino = inode,
            Off = (ulong)_position,
            Namelen = (uint)name.Length,
            Type = (uint)type >> DirectoryMessages.Dirent.TypeShift,
        };
        if (_nodes is not null)
        {
            var plus = new DirectoryMessages.Direntplus { EntryOut = entry, Dirent = dirent };
            MemoryMarshal.Write(target, in plus);
        }
        else
        {
            MemoryMarshal.Write(target, in dirent);
        }

        name.CopyTo(target[HeadBytes()..]);
        LengthBytes += target.Length;
    }
}
