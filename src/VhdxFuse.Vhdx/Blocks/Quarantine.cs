using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Space on its way from a block that let go of it to the next. It waits until the entry that freed it is durable, else
/// a crash would bring the old block back over the new one's data (R-WR-10); then until no read or write is under way
/// that may still aim at it; then it is punched out of the file; and only when a flush has covered that it is free, as
/// zeros (D-6).
/// </summary>
internal sealed class Quarantine(
    IImageFile file, MetadataJournal journal, SpaceAllocator space, InFlight inFlight)
{
    private readonly Lock _gate = new();
    private readonly List<(FileRange Range, long Epoch)> _waiting = []; // guarded by _gate
    private readonly List<(FileRange Range, FlushTicket Flush)> _punched = []; // guarded by _gate

    /// <summary>Moves on whatever may move on. Nothing to do when another thread is at it.</summary>
    public void Sweep()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            SweepLocked();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void SweepLocked()
    {
        while (journal.TryTakeFreed(out FileRange range))
        {
            _waiting.Add((range, inFlight.Epoch));
        }

        if (_waiting.Count > 0)
        {
            inFlight.TryAdvance();
            inFlight.TryAdvance();
        }

        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (inFlight.HasPassed(_waiting[i].Epoch))
            {
                FileRange range = _waiting[i].Range;
                _waiting.RemoveAt(i);
                PunchLocked(range);
            }
        }

        for (int i = _punched.Count - 1; i >= 0; i--)
        {
            if (journal.Flushes.Covers(_punched[i].Flush))
            {
                FileRange range = _punched[i].Range;
                _punched.RemoveAt(i);
                space.Free(range.Start, range.LengthBytes, SpaceClass.Zero);
            }
        }
    }

    private void PunchLocked(FileRange range)
    {
        try
        {
            file.WriteZeros(range.Start, range.LengthBytes);
            _punched.Add((range, journal.Flushes.Next));
            journal.NotePayload();
        }
        catch (VhdxException)
        {
            // Nobody refers to it: nothing is in doubt, and whoever gets it will zero it, or learn why that fails.
            space.Free(range.Start, range.LengthBytes, SpaceClass.Dirty);
        }
    }
}
