using System;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>
/// What opening with O_DIRECT gets. The kernel lets one ordinary write at a time into a file; those past its cache it
/// lets in together, if the file system says so at the open. Nobody relies on their order, and none makes the file
/// longer. So writers that each wait for their write don't wait for each other's, and synchronous ones share a flush.
/// </summary>
internal static class DirectWrites
{
    // Before, a page that was read into the cache while it was written stayed there as it had been.
    private static readonly Version CoherentSince = new(6, 13);

    /// <summary>Whether a kernel lets them in together and its cache never shows what was there before.</summary>
    public static bool AreParallelOn(Version kernel) => kernel >= CoherentSince;

    /// <summary>What cached readers have stays cached: each write drops what it changes.</summary>
    public static FuseOpenOptions OptionsOn(Version kernel) => AreParallelOn(kernel)
        ? FuseOpenOptions.DirectIO | FuseOpenOptions.ParallelDirectWrites | FuseOpenOptions.KeepCache
        : FuseOpenOptions.KeepCache;
}
