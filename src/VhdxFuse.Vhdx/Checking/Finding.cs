using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>One thing that a check found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="RuleId">The rule or tolerated deviation of RULES.md that it is about.</param>
/// <param name="At">The field or structure in the file, when there is one place.</param>
/// <param name="Detail">One line: what was found, and what was expected.</param>
public sealed record Finding(FindingSeverity Severity, string RuleId, FileOffset? At, string Detail)
{
    /// <summary>One line with all of it.</summary>
    public override string ToString() =>
        At is { } at ? $"{Severity} {RuleId}: at {at}: {Detail}" : $"{Severity} {RuleId}: {Detail}";
}
