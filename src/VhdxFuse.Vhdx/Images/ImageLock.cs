namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// Takes a row of <see cref="LockSet"/> on an open file. First take, then test: of two that come at once, at least one
/// sees the other. The locks belong to the open file description and go with its last descriptor.
/// </summary>
internal static class ImageLock
{
    /// <summary>Takes the locks, or none of them.</summary>
    /// <exception cref="VhdxException">Locked: somebody else's locks forbid it. Io: the kernel refused.</exception>
    public static LockState Take(Descriptor file, LockSet set, string path)
    {
        foreach (int place in set.Taken)
        {
            Errno errno = LibC.SetLock(file, ByteLock.On(place, ByteLockType.Read));
            if (errno is Errno.TryAgain or Errno.AccessDenied)
            {
                return Conflict(file, set, path, place);
            }

            if (HasNoLocks(errno))
            {
                Release(file, set);
                return set.IsRequired ? throw Unprotected(path, errno) : LockState.Unsupported;
            }

            Refuse(path, errno);
        }

        foreach (int place in set.Tested)
        {
            if (TryFindHolder(file, place, path, out _))
            {
                return Conflict(file, set, path, place);
            }
        }

        return set.WithoutConflict;
    }

    private static LockState Conflict(Descriptor file, LockSet set, string path, int place)
    {
        if (set.OnConflict == LockConflict.Note)
        {
            return LockState.SharedWithWriter;
        }

        string who = TryFindHolder(file, place, path, out int process) && process > 0 ? $"process {process}" : "it";
        Release(file, set);
        string reason = $"({who} has locked byte {place}: {LockSet.Meaning(place)})";
        throw new VhdxException(
            VhdxErrorKind.Locked,
            path,
            set.IsRequired
                ? $"is in use by another process {reason}: it can't be opened for writing"
                : $"is held for writing by another process {reason}; "
                    + "use --force-share to read it all the same, at the risk of seeing it change");
    }

    private static VhdxException Unprotected(string path, Errno errno) => new(
        VhdxErrorKind.Io,
        path,
        $"can't be locked ({ErrnoText.Of(errno)}): nothing would keep other writers away, "
        + "so it isn't opened for writing");

    /// <summary>Whether somebody else has locked a byte; <paramref name="process"/> is who, or -1 where the lock
    /// belongs to an open file and not to a process.</summary>
    private static bool TryFindHolder(Descriptor file, int place, string path, out int process)
    {
        ByteLock found = ByteLock.On(place, ByteLockType.Write);
        Refuse(path, LibC.TestLock(file, ref found));
        process = found.ProcessId;
        return found.Type != ByteLockType.None;
    }

    private static void Release(Descriptor file, LockSet set)
    {
        foreach (int place in set.Taken)
        {
            // A failure leaves nothing to do: closing the file releases what is left.
            _ = LibC.SetLock(file, ByteLock.On(place, ByteLockType.None));
        }
    }

    private static bool HasNoLocks(Errno errno) => errno is
        Errno.NoLocksAvailable or Errno.NotSupported or Errno.InvalidArgument or Errno.NotImplemented;

    private static void Refuse(string path, Errno errno)
    {
        if (errno != Errno.None)
        {
            throw ErrnoText.Failure(path, "can't be locked", errno);
        }
    }
}
