namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>How a step is cut short before its n-th operation on the file; the next session starts then, and a further
/// ending counts on through it. As text <c>!k7</c> (killed), <c>!p7.3</c> (power cut, image 3).</summary>
/// <param name="Operation">From 1; at the step's end when it has fewer.</param>
/// <param name="Pick">Which image a power cut leaves: see CrashImages.Pick. Null: killed, the cache is kept.</param>
internal readonly record struct Ending(int Operation, int? Pick)
{
    public override string ToString() => Pick is { } pick ? $"!p{Operation}.{pick}" : $"!k{Operation}";
}
