using System;

namespace VhdxFuse.Fuse;

/// <summary>Takes the entries of a directory while ReadDir runs.</summary>
public ref struct DirectoryWriter
{
    /// <summary>Index of the first entry wanted, counted from 0 without <c>.</c> and <c>..</c>. A listing comes in
    /// several calls, each going on where the buffer of the one before was full.</summary>
    public int FirstIndex { get; }

    /// <summary>Adds the next entry.</summary>
    /// <param name="name">1 to 255 bytes, without slash and NUL.</param>
    /// <param name="attributes">All attributes: they save the kernel a lookup for each entry.</param>
    /// <returns>False when it doesn't fit: stop, the rest is asked for later.</returns>
    public bool TryAdd(ReadOnlySpan<byte> name, in FuseAttributes attributes) => FirstIndex < 0;
}
