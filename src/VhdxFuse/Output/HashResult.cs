using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>The hashes of a disk or of a file.</summary>
/// <param name="Size">Bytes hashed.</param>
/// <param name="Hashes">Lower-case hexadecimal by algorithm.</param>
/// <param name="Pieces">In order; null when only the whole was asked for.</param>
internal sealed record HashResult(
    long Size, IReadOnlyDictionary<string, string> Hashes, IReadOnlyList<HashPiece>? Pieces);
