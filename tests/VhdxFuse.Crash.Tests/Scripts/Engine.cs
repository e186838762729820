using System;
using System.Collections.Generic;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>How the engine is opened on a setting.</summary>
internal static class Engine
{
    public static DifferencingChain OpenWritable(Setting setting, IImageFile file, IGuidSource guids) =>
        DifferencingChain.Open(file, new ParentFile(setting), Options(setting, guids));

    public static DifferencingChain OpenForReading(Setting setting, PagedBytes image) => DifferencingChain.Open(
        new CrashImageFile(CrashPoint.Settled(image)), new ParentFile(setting), new OpenOptions());

    /// <summary>The values of the followed sectors.</summary>
    public static ulong[] ValuesOf(Setting setting, DifferencingChain chain)
    {
        IReadOnlyList<long> sectors = setting.Sectors;
        ulong[] values = new ulong[sectors.Count];
        Span<byte> sector = stackalloc byte[SectorValue.SectorBytes];
        for (int i = 0; i < values.Length; i++)
        {
            chain.Disk.Read(sectors[i] * SectorValue.SectorBytes, sector);
            values[i] = SectorValue.Of(sector, sectors[i]);
        }

        return values;
    }

    private static OpenOptions Options(Setting setting, IGuidSource guids)
    {
        var options = new OpenOptions
        {
            Access = ImageAccess.ReadWrite,
            Guids = guids,
            LapSectors = setting.LapSectors,
        };
        return setting.ExtensionBytes is { } bytes ? options with { ExtensionBytes = bytes } : options;
    }
}
