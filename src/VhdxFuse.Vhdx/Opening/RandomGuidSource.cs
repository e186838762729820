using System;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>New identities by chance, from the kernel's generator. Not by .NET's: that one loads OpenSSL first, 8 ms in
/// the first write of a session.</summary>
public sealed class RandomGuidSource : IGuidSource
{
    /// <inheritdoc/>
    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        LibC.FillRandomly(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40); // version 4
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // RFC variant
        return new Guid(bytes);
    }
}
