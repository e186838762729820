namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>A change of the engine's source.</summary>
/// <param name="File">Below src/VhdxFuse.Vhdx.</param>
/// <param name="Find">Stands in the file exactly once.</param>
/// <param name="Replace">Stands there instead.</param>
internal sealed record Edit(string File, string Find, string Replace);
