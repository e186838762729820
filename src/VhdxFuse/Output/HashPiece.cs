using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>The hashes of a stretch.</summary>
/// <param name="Offset">Where it starts, in bytes.</param>
/// <param name="Length">In bytes; the last piece may be shorter.</param>
/// <param name="Hashes">Lower-case hexadecimal by algorithm.</param>
internal sealed record HashPiece(long Offset, long Length, IReadOnlyDictionary<string, string> Hashes);
