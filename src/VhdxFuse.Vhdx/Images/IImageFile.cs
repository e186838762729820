using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// The bytes of one image file. Everything the engine reads or writes goes through here, so that a test can put
/// memory, faults or a recorder in its place. Reads may run on many threads at once.
/// </summary>
/// <remarks>Every member but the properties throws <see cref="VhdxException"/> of kind Io when the file below
/// fails.</remarks>
public interface IImageFile : IDisposable
{
    /// <summary>The name that messages use.</summary>
    string Path { get; }

    /// <summary>The same for two objects exactly when they are the same file, whatever its names.</summary>
    string Identity { get; }

    /// <summary>In bytes. A file opened for reading keeps the length it had when it was opened.</summary>
    long LengthBytes { get; }

    /// <summary>Whether bytes that <see cref="SetLength"/> added or <see cref="WriteZeros"/> punched still read as
    /// zeros after a crash that lost the data written there since: never as old blocks of the host's disk
    /// (D-9).</summary>
    bool HidesOldBlocks { get; }

    /// <summary>Reads until <paramref name="target"/> is full or the file ends.</summary>
    /// <returns>How many bytes were read: less than asked for only at the end.</returns>
    int Read(FileOffset at, Span<byte> target);

    /// <summary>Fills the target if that needs no disk.</summary>
    /// <returns>False when it does, or may, and when the file ends before; the target is undefined then.</returns>
    bool TryReadCached(FileOffset at, Span<byte> target) => false;

    /// <summary>Where a stretch of the file lies in memory, for the kernel alone to read: a byte that the file lost
    /// meanwhile is an error there, and the end of the process here.</summary>
    /// <param name="at">The stretch lies inside the file.</param>
    /// <param name="lengthBytes">At least 1.</param>
    /// <returns>Valid until the file is disposed; 0 when <see cref="Read"/> is the way.</returns>
    nint Locate(FileOffset at, int lengthBytes) => 0;

    /// <summary>Where the next byte lies that the file system doesn't hold as a hole.</summary>
    /// <returns>At least <paramref name="at"/>; <see cref="LengthBytes"/> when only holes follow. A file system that
    /// can't tell gives <paramref name="at"/>.</returns>
    FileOffset NextData(FileOffset at);

    /// <summary>Writes all of <paramref name="source"/>, extending the file when it reaches past the end.</summary>
    void Write(FileOffset at, ReadOnlySpan<byte> source);

    /// <summary>Makes a range read as zeros, extending the file when it reaches past the end; never by writing it
    /// out when the file system knows a cheaper way.</summary>
    void WriteZeros(FileOffset at, long lengthBytes);

    /// <summary>Sets the length; added bytes read as zeros.</summary>
    void SetLength(long lengthBytes);

    /// <summary>Takes space for a range inside the file, so that a later write into it can't meet a full disk.
    /// Changes no byte and no length.</summary>
    /// <exception cref="VhdxException">NoSpace: there isn't as much.</exception>
    void Allocate(FileOffset at, long lengthBytes);

    /// <summary>Makes every completed write, and the length, durable. Never retried after a failure.</summary>
    void Flush();
}
