using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>
/// Changes where blocks are stored, never what the disk holds. Crash contract: whatever a crash leaves, the disk reads
/// the same and has the same identity. So a copy is durable before the entry that leads to it, and the place it came
/// from stays as it is until that entry is durable (R-WR-12, R-WR-10).
/// </summary>
/// <remarks>
/// <para>Nobody else uses the disk meanwhile: writes of sectors that the file holds take no lock, and would go to the
/// old place.</para>
/// <para>No bit of a sector bitmap changes in such a session, and none has begun before. So no entry of its log aims
/// at a bitmap block, whose space is therefore free like any other once nothing names it (R-WR-11).</para>
/// </remarks>
internal sealed class BlockMover(BlockMap map, RegionLayout layout, BlockWriter writer, Guid dataWriteGuid)
{
    private readonly byte[] _piece = new byte[Units.MiB];

    private IImageFile File => map.File;

    private MetadataJournal Journal => writer.Journal;

    /// <summary>Begins the session unless it is under way: a free tail of the file goes, and the disk keeps its
    /// identity (R-HUP-5).</summary>
    public void Begin() => writer.Begin(dataWriteGuid);

    /// <summary>Changes a block's state to one without a place, for which the disk reads the same.</summary>
    /// <param name="index">Its entry.</param>
    /// <param name="state">The new one; 0 for a bitmap block.</param>
    /// <param name="released">The space that nothing names any more; null: the entry had none.</param>
    public void Release(BatIndex index, PayloadBlockState state, FileRange? released)
    {
        Begin();
        var change = new MetadataChange { Freed = released };
        change.Put(EntryAt(index), (ulong)state);
        Journal.Stage(change);
    }

    /// <summary>Copies a block to another place, and has its entry name that.</summary>
    /// <param name="block">Stored.</param>
    /// <param name="contentBytes">What of it is more than padding.</param>
    /// <param name="to">As long as the block; given back when the move fails.</param>
    /// <exception cref="VhdxException">NoSpace: the host has none; the block is where it was.</exception>
    public void Move(StoredBlock block, long contentBytes, FileSpace to)
    {
        bool isStaged = false;
        try
        {
            Begin();
            Copy(block.At, contentBytes, to);
            Journal.NotePayload();
            map.Pages.Forget(); // a bitmap block may come to where another one was

            // D-9: what the entry leads to after a crash must be the whole copy.
            var change = new MetadataChange
            {
                MustFollow = Journal.Flushes.Next,
                End = to.End,
                Freed = new FileRange("moved block", block.At, to.LengthBytes),
            };
            PayloadBlockState state = BatRules.Read(map.Pages, EntryAt(block.Index)).State;
            change.Put(EntryAt(block.Index), BatEntry.Of(state, to.At.Value).Raw);
            Journal.Stage(change);
            isStaged = true;
        }
        finally
        {
            if (!isStaged)
            {
                writer.Space.Free(to.At, to.LengthBytes, SpaceClass.Dirty);
            }
        }
    }

    // Zeros are left out, so that holes of the file stay holes.
    private void Copy(FileOffset from, long contentBytes, FileSpace to)
    {
        if (to.Class != SpaceClass.Zero)
        {
            File.WriteZeros(to.At, to.LengthBytes);
        }

        FileOffset end = from + contentBytes;
        for (FileOffset at = File.NextData(from); at < end; at = File.NextData(at))
        {
            Span<byte> piece = _piece.AsSpan(0, (int)long.Min(_piece.Length, end.Value - at.Value));
            File.ReadExactly(at, piece);
            if (piece.ContainsAnyExcept((byte)0))
            {
                File.Write(to.At + (at.Value - from.Value), piece);
            }

            at += piece.Length;
        }
    }

    private FileOffset EntryAt(BatIndex index) => layout.Bat.Start + index.OffsetInRegion;
}
