using System;

namespace VhdxFuse.Support;

/// <summary>One of the two headers as a test wants it. What is null follows the builder.</summary>
public sealed class HeaderSettings
{
    public ulong SequenceNumber { get; set; }

    public Guid? FileWriteGuid { get; set; }

    public Guid? DataWriteGuid { get; set; }

    public Guid? LogGuid { get; set; }

    public ushort LogVersion { get; set; }

    public ushort Version { get; set; } = 1;

    public uint? LogLengthBytes { get; set; }

    public ulong? LogOffset { get; set; }

    /// <summary>Changes the 4096 bytes; the checksum is then computed anew, so that the header stays valid.</summary>
    public Action<byte[]>? BeforeChecksum { get; set; }

    /// <summary>Changes the finished 4096 bytes: damages them.</summary>
    public Action<byte[]>? AfterChecksum { get; set; }
}
