using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Support;

/// <summary>Builds requests as the kernel sends them.</summary>
internal static class KernelRequest
{
    public const ulong DefaultUnique = 0x1122334455667788;

    public static byte[] Of(Opcode opcode, ulong node = 1, uint uid = 0) =>
        Of(opcode, node, ReadOnlySpan<byte>.Empty, uid);

    public static byte[] Of<T>(Opcode opcode, ulong node, T body, ReadOnlySpan<byte> tail = default)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>() + tail.Length];
        MemoryMarshal.Write(bytes, in body);
        tail.CopyTo(bytes.AsSpan(Unsafe.SizeOf<T>()));
        return Of(opcode, node, bytes);
    }

    public static byte[] Of(Opcode opcode, ulong node, ReadOnlySpan<byte> body, uint uid = 0)
    {
        byte[] message = new byte[Unsafe.SizeOf<Headers.In>() + body.Length];
        var header = new Headers.In
        {
            Len = (uint)message.Length,
            Opcode = (uint)opcode,
            Unique = DefaultUnique,
            Nodeid = node,
            Uid = uid,
            Pid = 4711,
        };
        MemoryMarshal.Write(message, in header);
        body.CopyTo(message.AsSpan(Unsafe.SizeOf<Headers.In>()));
        return message;
    }

    public static byte[] Lookup(string name, ulong directory = 1, uint uid = 0) =>
        Of(Opcode.Lookup, directory, Encoding.UTF8.GetBytes(name + "\0"), uid);

    public static byte[] Read(ulong handle, ulong offset, uint size, Opcode opcode = Opcode.Read, ulong node = 1) =>
        Of(opcode, node, new FileMessages.ReadIn { Fh = handle, Offset = offset, Size = size });

    public static byte[] Write(
        ulong handle, ulong offset, ReadOnlySpan<byte> data, uint flags = 1, uint? size = null) =>
        Of(
            Opcode.Write,
            1,
            new FileMessages.WriteIn { Fh = handle, Offset = offset, Size = size ?? (uint)data.Length, Flags = flags },
            data);

    /// <summary>INIT as Linux 6.18 sends it: 104 bytes, minor 45, every feature it has.</summary>
    public static byte[] Init(uint major = 7, uint minor = 45, ulong flags = 0x5FD_73FF_FFFB, int bodyBytes = 64)
    {
        byte[] body = new byte[bodyBytes];
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(body.AsSpan());
        words[0] = major;
        words[1] = minor;
        words[2] = 131072;
        words[3] = (uint)flags;
        if (words.Length > 4)
        {
            words[4] = (uint)(flags >> 32);
        }

        return Of(Opcode.Init, 0, body);
    }
}
