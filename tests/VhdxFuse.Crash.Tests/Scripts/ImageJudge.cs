using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using VhdxFuse.Crash.Tests.Independent;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>
/// Opens images with all readers there are and has them agree: the engine without writing, the independent reader, and
/// in depth also the engine replaying into the file (cut off at each of its flushes), the checker, and QEMU's way to
/// read a log. Remembers what it has seen: most accidents leave an image that another left before.
/// </summary>
internal sealed class ImageJudge(Setting setting, Tally tally)
{
    private const int MaxRemembered = 100_000;
    private const int ImagesPerReplayPoint = 12;
    private const long HeadersAt = 0x10000;
    private const long HeadersEnd = 0x30000;
    private readonly ConcurrentDictionary<UInt128, Reading> _shallow = new();
    private readonly ConcurrentDictionary<UInt128, Reading> _deep = new();
    private readonly IndependentReader? _parent =
        setting.Parent is null ? null : IndependentReader.Open(setting.Parent);

    public Setting Setting => setting;

    public Tally Tally => tally;

    /// <summary>What the setting's own image shows.</summary>
    public Reading Start => Read(setting.Image, inDepth: true);

    /// <summary>What a power cut may leave; of the headers also torn sectors, which have a second copy for
    /// that.</summary>
    public static IEnumerable<CrashImage> ImagesOf(CrashPoint point, int budget, ulong seed) =>
        new CrashImages(point, budget, seed, unit => unit.At is >= HeadersAt and < HeadersEnd).All();

    /// <summary>What the image shows, if its readers agree.</summary>
    public Reading Read(PagedBytes image, bool inDepth)
    {
        UInt128 hash = image.Hash;
        if (_deep.TryGetValue(hash, out Reading? known) || (!inDepth && _shallow.TryGetValue(hash, out known)))
        {
            return known;
        }

        Reading reading = _shallow.TryGetValue(hash, out known) ? known : ReadShallow(image);
        if (inDepth && reading.Problem is null && LookDeeper(image, reading) is { } problem)
        {
            reading = Reading.Of(problem);
        }

        ConcurrentDictionary<UInt128, Reading> memory = inDepth ? _deep : _shallow;
        if (memory.Count < MaxRemembered)
        {
            memory.TryAdd(hash, reading);
        }

        return reading;
    }

    private Reading ReadShallow(PagedBytes image)
    {
        tally.AddDistinctImage();
        try
        {
            IndependentReader reader = IndependentReader.Open(image, _parent);
            if (FirstForeignSector(reader) is { } foreign)
            {
                return Reading.Of($"bytes that nobody wrote show at sector {foreign}");
            }

            ulong[] values = ValuesOf(reader);
            using DifferencingChain chain = Engine.OpenForReading(setting, image);
            return values.AsSpan().SequenceEqual(Engine.ValuesOf(setting, chain))
                && chain.Layers[^1].DataWriteGuid == reader.Header.DataWriteGuid
                    ? new Reading(values, reader.Header.DataWriteGuid, reader.WasDirty, null)
                    : Reading.Of("the engine and the independent reader see different disks");
        }
        catch (BadImageException e)
        {
            return Reading.Of($"independent reader: {e.Message}");
        }
        catch (VhdxException e)
        {
            return Reading.Of($"engine: {e.Message}");
        }
    }

    private string? LookDeeper(PagedBytes image, Reading reading)
    {
        try
        {
            if (reading.WasDirty && setting.Parent is null
                && !ValuesOf(IndependentReader.OpenLikeQemu(image)).AsSpan().SequenceEqual([.. reading.Values]))
            {
                return "QEMU's way to read the log gives another disk";
            }

            return Findings.Of(setting, image) ?? ReplayAndCut(image, reading);
        }
        catch (BadImageException e)
        {
            return $"QEMU's way to read the log: {e.Message}";
        }
        catch (VhdxException e)
        {
            return $"engine, opening for writing: {e.Message}";
        }
    }

    // A writable open replays into the file: the same disk, and so is what a cut anywhere inside leaves.
    private string? ReplayAndCut(PagedBytes image, Reading reading)
    {
        var file = new CrashImageFile(CrashPoint.Settled(image));
        string? problem = null;
        file.Watch = (operation, phase) =>
        {
            if (phase == FilePhase.Before && problem is null)
            {
                CrashPoint point = file.Snapshot();
                problem = operation.Kind == FileOperationKind.Flush ? FirstOther(point, reading)
                    : Differs(point.Cache, reading);
            }
        };
        using (DifferencingChain chain = Engine.OpenWritable(setting, file, new CountingGuids(2)))
        {
            if (!Engine.ValuesOf(setting, chain).AsSpan().SequenceEqual([.. reading.Values]))
            {
                return "a writable open shows another disk";
            }
        }

        problem ??= FirstOther(file.Snapshot(), reading);
        return problem is null ? null : $"cut inside the replay: {problem}";
    }

    private string? FirstOther(CrashPoint point, Reading reading)
    {
        foreach (CrashImage image in ImagesOf(point, ImagesPerReplayPoint, seed: 1))
        {
            if (Differs(image.Bytes, reading) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? Differs(PagedBytes image, Reading reading)
    {
        tally.AddImage();
        Reading other = Read(image, inDepth: false);
        return other.Problem ?? (other.ShowsAs(reading) ? null : "another disk, or another DataWriteGuid");
    }

    private ulong[] ValuesOf(IndependentReader reader)
    {
        ulong[] values = new ulong[setting.Sectors.Count];
        Span<byte> sector = stackalloc byte[SectorValue.SectorBytes];
        for (int i = 0; i < values.Length; i++)
        {
            reader.ReadSector(setting.Sectors[i], sector);
            values[i] = SectorValue.Of(sector, setting.Sectors[i]);
        }

        return values;
    }

    // Of all sectors that nobody follows: steps leave them zero, in the parent too.
    private static long? FirstForeignSector(IndependentReader reader)
    {
        Span<byte> sector = stackalloc byte[SectorValue.SectorBytes];
        foreach (long block in reader.Map.Blocks)
        {
            foreach (int index in reader.HeldSectors(block))
            {
                reader.ReadSector((block * Setting.SectorsPerBlock) + index, sector);
                if (!((ReadOnlySpan<int>)Setting.FollowedInBlock).Contains(index) && sector.ContainsAnyExcept((byte)0))
                {
                    return (block * Setting.SectorsPerBlock) + index;
                }
            }
        }

        return null;
    }
}
