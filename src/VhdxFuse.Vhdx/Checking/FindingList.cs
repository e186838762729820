using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>The findings of one check, bounded: a table of a million bad entries makes no million of lines.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<(FindingSeverity Severity, string RuleId), (int Shown, long More)> _counts = [];

    public bool HasErrors { get; private set; }

    /// <summary>Counts a finding; its text is made only when it will be shown.</summary>
    /// <returns>Whether to <see cref="Show"/> it.</returns>
    public bool Count(FindingSeverity severity, string ruleId)
    {
        (int shown, _) = _counts.GetValueOrDefault((severity, ruleId));
        if (shown == ImageChecker.MaxFindingsPerRule)
        {
            CountMore(severity, ruleId, 1);
            return false;
        }

        HasErrors |= severity == FindingSeverity.Error;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (severity, ruleId), out _).Shown++;
        return true;
    }

    /// <summary>Counts findings that won't be shown.</summary>
    public void CountMore(FindingSeverity severity, string ruleId, long count)
    {
        HasErrors |= severity == FindingSeverity.Error && count > 0;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, (severity, ruleId), out _).More += count;
    }

    public void Show(FindingSeverity severity, string ruleId, FileOffset? at, string detail) =>
        _findings.Add(new Finding(severity, ruleId, at, detail));

    public void Add(FindingSeverity severity, string ruleId, FileOffset? at, string detail)
    {
        if (Count(severity, ruleId))
        {
            Show(severity, ruleId, at, detail);
        }
    }

    /// <summary>Adds the error that an exception is about.</summary>
    /// <param name="error">Not of kind Io.</param>
    /// <param name="ruleId">For an exception that doesn't say which rule is broken.</param>
    public void Add(VhdxException error, string ruleId) =>
        Add(FindingSeverity.Error, error.RuleId ?? ruleId, error.FileOffset, error.Detail);

    /// <summary>Gives the value, or null and a finding why there is none.</summary>
    /// <param name="read">What may fail.</param>
    /// <param name="ruleId">For an exception that doesn't say which rule is broken.</param>
    public T? Try<T>(Func<T> read, string ruleId)
    {
        try
        {
            return read();
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            Add(error, ruleId);
            return default;
        }
    }

    public IReadOnlyList<Finding> ToList()
    {
        foreach (((FindingSeverity severity, string ruleId), (_, long more)) in _counts)
        {
            if (more > 0)
            {
                Show(severity, ruleId, null, $"{more} more findings of this kind");
            }
        }

        return _findings;
    }
}
