using System;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Takes one mount of ours out of the tree, and nothing else that may lie at the same path.</summary>
internal sealed class Unmounter
{
    private const int NoFollow = 8; // UMOUNT_NOFOLLOW: the path has no links, so one there now isn't ours

    private readonly string _path;

    /// <param name="path">Of a mount just made.</param>
    public Unmounter(string path)
    {
        _path = path;
        Device = MountTable.DeviceAt(path);
    }

    /// <summary>The mount's <c>MAJOR:MINOR</c>; null: no mount table to be had, so nothing can be compared.</summary>
    public string? Device { get; }

    /// <summary>Unmounts unless it is in use.</summary>
    /// <returns>False when it is, or when another mount lies on top. True also when it was gone already.</returns>
    /// <exception cref="FuseException">It failed otherwise.</exception>
    public bool TryUnmount()
    {
        if (!IsOnTop(out bool isGone))
        {
            return isGone;
        }

        int result = LibC.Unmount(_path, NoFollow);
        if (result == FuseErrno.Eperm.ToResult())
        {
            string? refusal = FusermountClient.Unmount(_path, detach: false);
            bool isBusy = refusal?.Contains("busy", StringComparison.OrdinalIgnoreCase) ?? false;
            return refusal is null || (isBusy ? false : throw Failed(refusal, FuseErrno.None));
        }

        return result >= 0
            || IsGone(result)
            || (result == FuseErrno.Ebusy.ToResult() ? false : throw Failed(result));
    }

    /// <summary>Takes it away at once; what is open goes on working.</summary>
    /// <exception cref="FuseException">It failed, or another mount lies on top.</exception>
    public void Detach()
    {
        if (!IsOnTop(out bool isGone))
        {
            if (isGone)
            {
                return;
            }

            throw Failed("another mount lies on top of it", FuseErrno.Ebusy);
        }

        int result = LibC.Unmount(_path, NoFollow | LibC.DetachMount);
        if (result == FuseErrno.Eperm.ToResult())
        {
            string? refusal = FusermountClient.Unmount(_path, detach: true);
            if (refusal is not null)
            {
                throw Failed(refusal, FuseErrno.None);
            }
        }
        else if (result < 0 && !IsGone(result))
        {
            throw Failed(result);
        }
    }

    private bool IsOnTop(out bool isGone)
    {
        string? top = MountTable.DeviceAt(_path);
        isGone = top is null && Device is not null;
        return string.Equals(top, Device, StringComparison.Ordinal);
    }

    // Somebody was quicker than we.
    private static bool IsGone(int result) =>
        result == FuseErrno.Einval.ToResult() || result == FuseErrno.Enoent.ToResult();

    private FuseException Failed(int result) => Failed($"errno {-result}", (FuseErrno)(-result));

    private FuseException Failed(string why, FuseErrno errno) =>
        new(FuseFailure.System, $"{_path}: unmounting failed: {why}", errno);
}
