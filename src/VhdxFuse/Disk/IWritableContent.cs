using System;

namespace VhdxFuse.Disk;

/// <summary>Content that may be changed, never in length.</summary>
internal interface IWritableContent : IFileContent
{
    /// <summary>Writes all of the source. Durable after a <see cref="Flush"/> that began later.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Makes a range read as zeros and gives its space back.</summary>
    void WriteZeros(long offset, long lengthBytes);

    /// <summary>Makes every completed write durable.</summary>
    void Flush();
}
