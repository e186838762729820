using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Protocol;

/// <summary>Writes what follows the header of a reply.</summary>
internal static class ReplyPayload
{
    /// <summary>The room behind the header of a reply.</summary>
    public static Span<byte> Of(Span<byte> reply) => reply[Unsafe.SizeOf<Headers.Out>()..];

    /// <summary>Writes one structure, padding included.</summary>
    /// <returns>Its size in bytes: what a handler returns.</returns>
    public static int Put<T>(Span<byte> payload, in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(payload, in value);
        return Unsafe.SizeOf<T>();
    }
}
