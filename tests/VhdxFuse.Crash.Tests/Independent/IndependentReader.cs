using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>
/// Reads the disk of an image from its raw bytes, by the format's description and with no code of the engine: the
/// second opinion of the crash tests. Judges everything on the way, and accepts only what our own writer should leave.
/// </summary>
internal sealed class IndependentReader
{
    private readonly IndependentReader? _parent;
    private readonly PagedBytes _file; // with the log replayed

    private IndependentReader(PagedBytes file, RawHeader header, PagedBytes replayed, IndependentReader? parent)
    {
        _parent = parent;
        _file = replayed;
        Header = header;
        WasDirty = header.LogGuid != Guid.Empty;
        Layout = RawLayout.Read(replayed, header);
        Map = new RawMap(replayed, Layout);
        Raw.Demand(Layout.HasParent == (parent is not null), "a child needs its parent, and only a child");
        if (parent is not null)
        {
            Raw.Demand(
                Layout.ParentLinkages.Contains(parent.Header.DataWriteGuid), "the parent has another DataWriteGuid");
        }

        LengthBytes = file.LengthBytes;
    }

    public RawHeader Header { get; }

    public bool WasDirty { get; }

    public RawLayout Layout { get; }

    public RawMap Map { get; }

    /// <summary>Of the file as it was, before the log was replayed.</summary>
    public long LengthBytes { get; }

    /// <summary>As the specification wants it.</summary>
    /// <exception cref="BadImageException">The image breaks a rule.</exception>
    public static IndependentReader Open(PagedBytes file, IndependentReader? parent = null)
    {
        RawHeader header = JudgeStart(file);
        if (header.LogGuid == Guid.Empty)
        {
            return new IndependentReader(file, header, file, parent);
        }

        var log = new RawLog(file, header);
        return new IndependentReader(file, header, log.Replay(log.ActiveSequence()), parent);
    }

    /// <summary>As QEMU 7.2 does it, which opens no children.</summary>
    /// <exception cref="BadImageException">QEMU would refuse it.</exception>
    public static IndependentReader OpenLikeQemu(PagedBytes file)
    {
        RawHeader header = JudgeStart(file);
        PagedBytes replayed = header.LogGuid == Guid.Empty ? file : QemuLog.Replay(file, header);
        return new IndependentReader(file, header, replayed, null);
    }

    /// <summary>Reads one sector of 512 bytes, whatever the disk's own sectors are.</summary>
    public void ReadSector(long sector, Span<byte> target)
    {
        long offset = sector * 512;
        if (offset >= Layout.DiskSize)
        {
            target.Clear();
            return;
        }

        (int state, long at) = Map.Block(offset / Layout.BlockSize);
        bool isHere = state == 6 || (state == 7 && Map.Bit(offset / Layout.SectorSize));
        if (isHere)
        {
            _file.Peek(at + (offset % Layout.BlockSize), target);
        }
        else if (_parent is not null && state is 0 or 7)
        {
            _parent.ReadSector(sector, target);
        }
        else
        {
            target.Clear();
        }
    }

    /// <summary>The sectors of a block, of 512 bytes, in pages of its space that aren't all zero; empty without
    /// space.</summary>
    public IEnumerable<int> HeldSectors(long block)
    {
        const int SectorsPerPage = PagedBytes.PageBytes / 512;
        (int state, long at) = Map.Block(block);
        for (int page = 0; state is 6 or 7 && page < Layout.BlockSize / PagedBytes.PageBytes; page++)
        {
            for (int i = 0; i < SectorsPerPage && !_file.PageAt(at + ((long)page * PagedBytes.PageBytes)).IsEmpty; i++)
            {
                yield return (page * SectorsPerPage) + i;
            }
        }
    }

    private static RawHeader JudgeStart(PagedBytes file)
    {
        Raw.Demand(Raw.Starts(file.Bytes(0, 8), "vhdxfile"), "the file doesn't start like an image");
        RawHeader header = RawHeader.Current(file);
        Raw.Demand(header.LogAt + header.LogLength <= file.LengthBytes, "the log lies past the end");
        return header;
    }
}
