using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>Hashes, sizes and times at the end beside those at the start.</summary>
/// <param name="Unchanged">Whether all of them are the same.</param>
/// <param name="Changes">What isn't, a line each.</param>
internal sealed record VerificationDocument(bool Unchanged, IReadOnlyList<string> Changes);
