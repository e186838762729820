using System;
using Xunit;

namespace VhdxFuse.Support;

/// <summary>A test that is skipped, visibly and with the reason, where the machine lacks something.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresFactAttribute : FactAttribute
{
    public RequiresFactAttribute(Need needs, params string[] tools) => Skip = Requirements.WhyNot(needs, tools);
}
