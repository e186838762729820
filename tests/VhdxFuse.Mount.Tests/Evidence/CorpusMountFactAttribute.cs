using System;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>A fact that mounts real images; skipped, visibly, where they, FUSE or the program are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorpusMountFactAttribute : FactAttribute
{
    public CorpusMountFactAttribute() => Skip = Corpus.WhyNot() ?? ProgramUnderTest.WhyNot(Need.Fuse | Need.Root, []);
}
