using System;
using Xunit;

namespace VhdxFuse.Mount.Tests.Containers;

/// <summary>A fact about the container image; skipped, visibly, where no container can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContainerFactAttribute : FactAttribute
{
    public ContainerFactAttribute() => Skip = Podman.WhyNot();
}
