using System;
using System.IO;
using System.Linq;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>A test that is skipped, visibly, where the machine lacks something. Without a tool named: root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsFactAttribute : FactAttribute
{
    public const string Root = "root";

    public const string OwnMounts = "a mount namespace of its own (unshare -m)";

    public const string AccessTimes = "access times";

    private static readonly Lazy<bool> KeepsAccessTimes = new(ReadingChangesAccessTime);

    public NeedsFactAttribute(params string[] needs) => Skip = WhyNot(needs);

    /// <summary>What is missing; null when nothing is.</summary>
    public static string? WhyNot(string[] needs)
    {
        string? missing = needs.FirstOrDefault(need => !IsThere(need));
        return missing is null ? null : $"needs {missing}";
    }

    private static bool IsThere(string need) => need switch
    {
        Root => string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
        OwnMounts => Requirements.HasMountNamespaces,
        AccessTimes => KeepsAccessTimes.Value,
        ['/', ..] => File.Exists(need),
        _ => Tool.Exists(need),
    };

    private static bool ReadingChangesAccessTime()
    {
        using var folder = new TestFolder();
        string file = folder.File("control", [1]);
        string before = TestFolder.TimesOf(file);
        File.ReadAllBytes(file);
        return !string.Equals(before, TestFolder.TimesOf(file), StringComparison.Ordinal);
    }
}
