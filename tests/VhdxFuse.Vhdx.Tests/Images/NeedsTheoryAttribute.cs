using System;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>A theory that is skipped, visibly, where the machine lacks something.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(params string[] needs) => Skip = NeedsFactAttribute.WhyNot(needs);
}
