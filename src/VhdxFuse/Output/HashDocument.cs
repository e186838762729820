using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>What <c>hash --json</c> says.</summary>
/// <param name="Image">As it was named.</param>
/// <param name="VirtualSize">Bytes hashed.</param>
/// <param name="Hashes">Lower-case hexadecimal by algorithm.</param>
internal sealed record HashDocument(string Image, long VirtualSize, IReadOnlyDictionary<string, string> Hashes);
