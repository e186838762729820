using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Protocol;

/// <summary>One request as the kernel sent it. Lengths inside are the sender's word and checked at each use.</summary>
internal readonly ref struct RequestMessage
{
    public readonly Headers.In Header;

    /// <summary>Everything after the header.</summary>
    public readonly ReadOnlySpan<byte> Body;

    private RequestMessage(Headers.In header, ReadOnlySpan<byte> body)
    {
        Header = header;
        Body = body;
    }

    public Opcode Opcode => (Opcode)Header.Opcode;

    /// <summary>Splits a message. <paramref name="request"/> is good for an error reply even when this fails.</summary>
    /// <returns>False when the length in the header isn't the length received.</returns>
    public static bool TryParse(ReadOnlySpan<byte> message, out RequestMessage request)
    {
        if (!MemoryMarshal.TryRead(message, out Headers.In header))
        {
            request = default;
            return false;
        }

        request = new RequestMessage(header, message[Unsafe.SizeOf<Headers.In>()..]);
        return header.Len == message.Length;
    }

    /// <summary>Reads the structure at the start of the body.</summary>
    /// <returns>False when the body is shorter.</returns>
    public bool TryRead<T>(out T value)
        where T : unmanaged => MemoryMarshal.TryRead(Body, out value);
}
