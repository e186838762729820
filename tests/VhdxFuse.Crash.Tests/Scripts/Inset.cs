namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>A step that another guest thread takes in the middle of a step.</summary>
internal readonly record struct Inset(Hook At, Step Step)
{
    public override string ToString() => $"{At}:{Step}";
}
