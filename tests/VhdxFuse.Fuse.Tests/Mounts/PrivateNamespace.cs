using System.Collections.Generic;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>Prefixes that run a command where nothing of the machine can be changed: a private mount namespace,
/// prepared
/// by a script, and then as another user.</summary>
internal static class PrivateNamespace
{
    /// <summary>A device node of our own that everybody may open, over /dev/fuse; and the server where everybody may
    /// run it, wherever it was built.</summary>
    public const string OpenDevice =
        "mount -t tmpfs none /mnt && mknod /mnt/fuse c 10 229 && chmod 666 /mnt/fuse "
        + "&& mount --bind /mnt/fuse /dev/fuse && mkdir /mnt/program /mnt/dotnet "
        + "&& mount --bind \"$PROGRAM\" /mnt/program && mount --bind \"$DOTNET\" /mnt/dotnet";

    /// <summary>How the server is started there.</summary>
    public static readonly IReadOnlyList<string> Program =
        ["/mnt/dotnet/dotnet", "exec", "/mnt/program/VhdxFuse.Fuse.Tests.dll"];

    /// <summary>A fuse.conf of our own that grants allow_other.</summary>
    public const string PermissiveConfiguration =
        "echo user_allow_other > /mnt/fuse.conf && mount --bind /mnt/fuse.conf /etc/fuse.conf";

    public static readonly IReadOnlyList<string> Nobody =
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    /// <summary>Runs what follows in a fresh namespace after a script.</summary>
    public static IReadOnlyList<string> After(string script, IReadOnlyList<string> then) =>
        ["unshare", "-m", "sh", "-c", script + " && exec \"$@\"", "sh", .. then];

    /// <summary>Runs what follows in the mount namespace of a process.</summary>
    public static IReadOnlyList<string> Of(int process, IReadOnlyList<string> then) =>
        ["nsenter", "-t", $"{process}", "-m", .. then];
}
