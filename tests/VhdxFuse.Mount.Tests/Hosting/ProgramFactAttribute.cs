using System;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>A test of the built program; skipped, visibly and with the reason, where something for it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(Need needs = Need.Fuse | Need.Root, params string[] tools) =>
        Skip = ProgramUnderTest.WhyNot(needs, tools);
}
