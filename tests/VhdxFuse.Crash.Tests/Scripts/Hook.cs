using System;
using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>A place in a step: as text <c>7</c>, <c>sync1</c>, <c>synced2</c>, <c>log1</c>, <c>home1</c>,
/// <c>head1</c>.</summary>
/// <param name="Kind">Of the place.</param>
/// <param name="Ordinal">Which of them, from 1.</param>
internal readonly record struct Hook(HookKind Kind, int Ordinal)
{
    private static readonly Dictionary<HookKind, string> Words = new()
    {
        [HookKind.Operation] = "",
        [HookKind.Sync] = "sync",
        [HookKind.Synced] = "synced",
        [HookKind.Log] = "log",
        [HookKind.Home] = "home",
        [HookKind.Header] = "head",
    };

    public static Hook Parse(string text)
    {
        int digits = text.AsSpan().IndexOfAnyInRange('0', '9');
        HookKind kind = Words.First(pair => pair.Value == text[..digits]).Key;
        return new Hook(kind, int.Parse(text[digits..]));
    }

    public override string ToString() => $"{Words[Kind]}{Ordinal}";
}
