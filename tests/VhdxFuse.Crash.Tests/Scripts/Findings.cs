using System.Linq;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What the engine's checker finds wrong with an image.</summary>
internal static class Findings
{
    /// <returns>Null: nothing.</returns>
    public static string? Of(Setting setting, PagedBytes image)
    {
        using var file = new CrashImageFile(CrashPoint.Settled(image));
        using VhdxImage? parent = setting.Parent is null
            ? null
            : VhdxImage.Open(new CrashImageFile(CrashPoint.Settled(setting.Parent)), new OpenOptions());
        CheckReport report = ImageChecker.Check(file, new CheckOptions { Parent = parent });
        return report.IsClean
            ? null
            : $"checker: {report.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error)}";
    }
}
