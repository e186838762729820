using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace VhdxFuse.House.Tests;

/// <summary>How a house rule fails: what to do, then each place.</summary>
internal static class House
{
    public static void HasNo(IEnumerable<string> offences, string cure)
    {
        string[] found = [.. offences];
        Assert.True(found.Length == 0, $"{cure}:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <summary>What stands in one set and not in the other, each under its own label.</summary>
    public static IEnumerable<string> Differences(
        IEnumerable<string> left, string onlyLeft, IEnumerable<string> right, string onlyRight)
    {
        HashSet<string> lefts = left.ToHashSet(StringComparer.Ordinal);
        HashSet<string> rights = right.ToHashSet(StringComparer.Ordinal);
        return lefts.Except(rights, StringComparer.Ordinal).Select(name => $"{name}: {onlyLeft}")
            .Concat(rights.Except(lefts, StringComparer.Ordinal).Select(name => $"{name}: {onlyRight}"))
            .Order(StringComparer.Ordinal);
    }
}
