using System;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>A theory about the built program; skipped, visibly and with the reason, where something is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute(Need needs = Need.Fuse | Need.Root, params string[] tools) =>
        Skip = ProgramUnderTest.WhyNot(needs, tools);
}
