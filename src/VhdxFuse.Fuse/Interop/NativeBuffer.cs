using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>Page-aligned memory outside the garbage collector's heap, zeroed. One owner, who disposes of it when no
/// span of it is in use.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private readonly byte* _start;
    private void* _block;

    public NativeBuffer(int lengthBytes)
    {
        // Zeroed by the allocator and aligned by us: pages that are never used then stay the kernel's.
        LengthBytes = lengthBytes;
        nuint page = (nuint)Environment.SystemPageSize;
        _block = NativeMemory.AllocZeroed((nuint)lengthBytes + page);
        _start = (byte*)(((nuint)_block + page - 1) & ~(page - 1));
    }

    public int LengthBytes { get; }

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_block is null, this);
            return new Span<byte>(_start, LengthBytes);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
