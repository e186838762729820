using System;
using System.IO;
using VhdxFuse.Mount.Tests.Containers;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Packaging;

/// <summary>A fact about the packages; skipped, visibly, where they can't be made or tried.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute(Need needs = Need.None, params string[] tools) => Skip =
        ProgramUnderTest.WhyNot(needs, ["dpkg-deb", "readelf", .. tools])
        ?? (File.Exists(Podman.StaticProgram) ? null : "the static program isn't built (make static)");
}
