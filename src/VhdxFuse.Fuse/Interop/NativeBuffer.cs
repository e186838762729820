using System;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>Page-aligned memory outside the garbage collector's heap, zeroed. One owner, who disposes of it when no
/// span of it is in use.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private byte* _start;

    public NativeBuffer(int lengthBytes)
    {
        LengthBytes = lengthBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)lengthBytes, (nuint)Environment.SystemPageSize);
        NativeMemory.Clear(_start, (nuint)lengthBytes);
    }

    public int LengthBytes { get; }

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return new Span<byte>(_start, LengthBytes);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
