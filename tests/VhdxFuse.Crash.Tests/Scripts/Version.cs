namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>A content that a sector had, or is about to have.</summary>
/// <param name="Value">See <see cref="SectorValue"/>.</param>
/// <param name="Number">Later ones are greater.</param>
/// <param name="IsComplete">Whether the write has returned.</param>
internal readonly record struct Version(ulong Value, long Number, bool IsComplete);
