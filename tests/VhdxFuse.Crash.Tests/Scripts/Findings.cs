using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What the engine's checker finds wrong with an image.</summary>
internal static class Findings
{
    /// <returns>Null: nothing.</returns>
    public static string? Of(Setting setting, PagedBytes image) => null;
}
