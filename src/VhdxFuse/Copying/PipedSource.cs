using System.IO;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Copying;

/// <summary>A raw disk from standard input, refused as soon as it shows that it isn't what was meant.</summary>
/// <param name="stream">Not disposed.</param>
/// <param name="maxBytes">The most that it may hold; 0: no limit.</param>
/// <param name="isSurelyRaw">Whether it may start as an image does.</param>
internal sealed class PipedSource(Stream stream, long maxBytes, bool isSurelyRaw) : IDiskSource
{
    private readonly StreamSource _source = new(stream);

    /// <inheritdoc/>
    public long? LengthBytes => _source.LengthBytes;

    /// <inheritdoc/>
    /// <exception cref="ProgramException">Usage: it starts as an image does, or is too long.</exception>
    public bool TryRead(DiskPiece piece)
    {
        if (!_source.TryRead(piece))
        {
            return LengthBytes is 0
                ? throw new ProgramException(ExitCode.Usage, "standard input is empty, and no disk")
                : false;
        }

        if (piece.Offset == 0 && !isSurelyRaw && FormatGuess.IsMarked(piece.Bytes))
        {
            throw new ProgramException(
                ExitCode.Usage,
                "standard input starts as a VHDX, which can't be read from a pipe; name its file, or say --from raw");
        }

        return maxBytes == 0 || piece.End <= maxBytes
            ? true
            : throw new ProgramException(
                ExitCode.Usage, $"standard input holds more than the {maxBytes} bytes that --size says");
    }
}
