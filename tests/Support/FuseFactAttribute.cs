using System;
using Xunit;

namespace VhdxFuse.Support;

/// <summary>A test that mounts as root; skipped, visibly and with the reason, where that is impossible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FuseFactAttribute : FactAttribute
{
    public FuseFactAttribute() => Skip = Requirements.WhyNot(Need.Fuse | Need.Root, []);
}
