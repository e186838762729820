using System;

namespace VhdxFuse.Support;

/// <summary>One of the two region tables as a test wants it.</summary>
public sealed class RegionTableSettings
{
    /// <summary>Null: as many as there are.</summary>
    public uint? EntryCount { get; set; }

    /// <summary>Changes the 65536 bytes; the checksum is then computed anew, so that the table stays valid.</summary>
    public Action<byte[]>? BeforeChecksum { get; set; }

    /// <summary>Changes the finished 65536 bytes: damages them.</summary>
    public Action<byte[]>? AfterChecksum { get; set; }
}
