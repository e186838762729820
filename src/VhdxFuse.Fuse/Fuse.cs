using System;
using System.Diagnostics.CodeAnalysis;
using VhdxFuse.Fuse.Mounting;

namespace VhdxFuse.Fuse;

/// <summary>Mounts file systems.</summary>
[SuppressMessage("Design", "MA0049", Justification = "The shape of Tmds.Fuse: Fuse.Mount.")]
public static class Fuse
{
    /// <summary>Mounts and serves. Returns once the kernel's INIT has been answered and the readers run: from then
    /// on the mount may be used, by this process too.</summary>
    /// <param name="mountPoint">A directory, a regular file (the root is then a file, and must be one), or
    /// <c>/dev/fd/N</c>, a descriptor of /dev/fuse that is mounted already.</param>
    /// <param name="fileSystem">Called until its <see cref="IFuseFileSystem.Ended"/>. If Mount throws, Ended is not
    /// called.</param>
    /// <param name="options">How.</param>
    /// <exception cref="FuseException">Nothing is mounted.</exception>
    public static IFuseMount Mount(string mountPoint, IFuseFileSystem fileSystem, MountOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(mountPoint);
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentNullException.ThrowIfNull(options);
        return Mounter.Mount(mountPoint, fileSystem, options);
    }

    /// <summary>Says why mounting cannot work for this process; mounts nothing.</summary>
    /// <returns>Null when nothing speaks against it.</returns>
    public static FuseProblem? CheckDependencies() => Dependencies.Check();
}
