using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>Tests that load the disk, or count what is done to it: one after the other, beside no others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheDisk
{
    public const string Name = "alone on the disk";
}
