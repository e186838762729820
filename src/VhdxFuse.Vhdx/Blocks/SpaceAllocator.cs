using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Which MiBs of the file are free, and what is known of them. Zero space is handed out first, then dirty space, and
/// only then the file is extended, in steps, before anything of it is handed out (D-5).
/// </summary>
internal sealed class SpaceAllocator(IImageFile file, long stepBytes)
{
    private readonly Lock _gate = new();
    private readonly SpaceMap _used = new(); // guarded by _gate; structures, blocks, and space in quarantine
    private readonly SpaceMap _zeros = new(); // guarded by _gate; free MiBs of class Zero
    private long _lengthMiB; // guarded by _gate; what the file was made to be, once settled
    private long _keptBytes; // guarded by _gate; the file never gets shorter
    private long _firstFreeMiB; // guarded by _gate; nothing below it is free

    /// <summary>Takes space that the image uses, while it is opened.</summary>
    /// <returns>False when some of it is in use already: two structures overlap (R-BAT-5).</returns>
    public bool TryMark(FileOffset start, long lengthBytes)
    {
        long first = start.Value / Units.MiB;
        long count = Units.DivideRoundUp(lengthBytes, Units.MiB);
        lock (_gate)
        {
            if (_used.FirstIn(first, count) is not null)
            {
                return false;
            }

            _used.Fill(first, count, value: true);
            return true;
        }
    }

    /// <summary>
    /// Makes the file hold all that is in use (D-5, T-4), and cuts a free tail off, so that what is added later is
    /// zeros and not a dead session's data.
    /// </summary>
    /// <param name="keepTail">Whether the file must stay as long as it is (R-FP-2).</param>
    public void Settle(bool keepTail)
    {
        lock (_gate)
        {
            _keptBytes = keepTail ? file.LengthBytes : 0;
            FitLocked();
        }
    }

    /// <summary>Cuts off what is free behind all that is in use, but nothing that <see cref="Settle"/> had to
    /// keep.</summary>
    public void CutTail()
    {
        lock (_gate)
        {
            FitLocked();
        }
    }

    /// <summary>From now on a tail need not be kept.</summary>
    public void LetTailGo()
    {
        lock (_gate)
        {
            _keptBytes = 0;
        }
    }

    /// <summary>Hands out space.</summary>
    /// <exception cref="VhdxException">NoSpace: the file can't be made longer; nothing was changed.</exception>
    public FileSpace Take(long lengthBytes)
    {
        long count = lengthBytes / Units.MiB;
        lock (_gate)
        {
            if (TryTakeLocked(count, out FileSpace space))
            {
                return space;
            }

            ExtendLocked(count, long.Max(count, stepBytes / Units.MiB));
            Invariant.Holds(TryTakeLocked(count, out space));
            return space;
        }
    }

    /// <summary>Hands out the lowest free space of a stretch of the file, whatever it holds.</summary>
    /// <param name="from">Where to look from.</param>
    /// <param name="end">The space lies below it; inside the file.</param>
    /// <param name="lengthBytes">Whole MiB.</param>
    /// <param name="space">What is taken from now on.</param>
    /// <returns>False when there is none; nothing was changed.</returns>
    public bool TryTakeLowest(FileOffset from, FileOffset end, long lengthBytes, out FileSpace space)
    {
        long count = lengthBytes / Units.MiB;
        lock (_gate)
        {
            if (_used.FindZeros(from.Value / Units.MiB, end.Value / Units.MiB, count) is not { } first)
            {
                space = default;
                return false;
            }

            bool isZero = _zeros.FindZeros(first, first + count, 1) is null;
            _used.Fill(first, count, value: true);
            _zeros.Fill(first, count, value: false);
            SpaceClass @class = isZero ? SpaceClass.Zero : SpaceClass.Dirty;
            space = new FileSpace(new FileOffset(first * Units.MiB), lengthBytes, @class);
            return true;
        }
    }

    /// <summary>Behind all that is in use.</summary>
    public FileOffset End
    {
        get
        {
            lock (_gate)
            {
                return new FileOffset(_used.End * Units.MiB);
            }
        }
    }

    /// <summary>Takes space back.</summary>
    public void Free(FileOffset start, long lengthBytes, SpaceClass @class)
    {
        long first = start.Value / Units.MiB;
        long count = lengthBytes / Units.MiB;
        lock (_gate)
        {
            _used.Fill(first, count, value: false);
            _zeros.Fill(first, count, @class == SpaceClass.Zero);
            _firstFreeMiB = long.Min(_firstFreeMiB, first);
        }
    }

    private void FitLocked()
    {
        long lengthBytes = long.Max(_keptBytes, _used.End * Units.MiB);
        _lengthMiB = lengthBytes / Units.MiB;
        if (lengthBytes != file.LengthBytes)
        {
            file.SetLength(lengthBytes);
        }
    }

    private void ExtendLocked(long neededMiB, long stepMiB)
    {
        try
        {
            ExtendLocked(stepMiB);
        }
        catch (VhdxException failure) when (failure.Kind == VhdxErrorKind.NoSpace && neededMiB < stepMiB)
        {
            ExtendLocked(neededMiB); // near a limit of the file's length, or on a block device
        }
    }

    private void ExtendLocked(long addedMiB)
    {
        long lengthMiB = _lengthMiB + addedMiB;
        if (lengthMiB > Units.MaxFileSizeBytes / Units.MiB)
        {
            throw new VhdxException(VhdxErrorKind.NoSpace, file.Path, "the file would grow beyond 256 TiB");
        }

        // Only what is added is zeros: the file may have been longer than whole MiBs.
        long addedFromMiB = long.Max(_lengthMiB, Units.DivideRoundUp(file.LengthBytes, Units.MiB));
        file.SetLength(lengthMiB * Units.MiB);
        if (addedFromMiB < lengthMiB)
        {
            _zeros.Fill(addedFromMiB, lengthMiB - addedFromMiB, value: true);
        }

        _lengthMiB = lengthMiB;
    }

    private bool TryTakeLocked(long count, out FileSpace space)
    {
        if (FindLocked(count, out SpaceClass @class) is not { } first)
        {
            space = default;
            return false;
        }

        Invariant.Holds(_used.FirstIn(first, count) is null);
        Invariant.Holds(first + count <= _lengthMiB);
        _used.Fill(first, count, value: true);
        _zeros.Fill(first, count, value: false);
        space = new FileSpace(new FileOffset(first * Units.MiB), count * Units.MiB, @class);
        return true;
    }

    // The lowest run of free MiBs that are all of class Zero; where there is none, the lowest of free ones. One walk.
    private long? FindLocked(long count, out SpaceClass @class)
    {
        const int wordBits = 64;
        long? dirty = null;
        long free = 0;
        long zeros = 0;
        bool nothingFree = true;
        @class = SpaceClass.Dirty;
        for (long at = _firstFreeMiB / wordBits * wordBits; at < _lengthMiB; at += wordBits)
        {
            ulong freeBits = ~_used.WordAt(at / wordBits);
            if (nothingFree && freeBits == 0)
            {
                _firstFreeMiB = at + wordBits;
                continue;
            }

            nothingFree = false;
            ulong zeroBits = freeBits & _zeros.WordAt(at / wordBits);
            if (dirty is null ? freeBits == 0 : zeroBits == 0)
            {
                (free, zeros) = (0, 0);
                continue;
            }

            for (int bit = 0; bit < wordBits && at + bit < _lengthMiB; bit++)
            {
                free = (freeBits >> bit & 1) != 0 ? free + 1 : 0;
                zeros = (zeroBits >> bit & 1) != 0 ? zeros + 1 : 0;
                if (zeros == count)
                {
                    @class = SpaceClass.Zero;
                    return at + bit + 1 - count;
                }

                if (free == count)
                {
                    dirty ??= at + bit + 1 - count;
                }
            }
        }

        return dirty;
    }
}
