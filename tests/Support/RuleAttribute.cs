using System;
using System.Collections.Generic;

namespace VhdxFuse.Support;

/// <summary>Names the rules of src/VhdxFuse.Vhdx/RULES.md that a test proves.</summary>
/// <remarks>The House tests demand a test for each rule.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RuleAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
