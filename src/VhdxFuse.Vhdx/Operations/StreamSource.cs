using System;
using System.IO;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>A raw disk that comes in a stream, in portions of whatever size.</summary>
/// <param name="stream">Read to its end; not disposed.</param>
public sealed class StreamSource(Stream stream) : IDiskSource
{
    private long _next;

    /// <inheritdoc/>
    public long? LengthBytes { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public bool TryRead(DiskPiece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (LengthBytes is not null)
        {
            return false;
        }

        Span<byte> target = piece.Begin(_next, long.MaxValue);
        int read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        piece.Complete(read);
        _next += read;
        LengthBytes = read < target.Length ? _next : null;
        return read > 0;
    }
}
