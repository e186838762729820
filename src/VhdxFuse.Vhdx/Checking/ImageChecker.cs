using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Checks an image against all the rules of RULES.md that a reader can check, without changing it.</summary>
public static class ImageChecker
{
    /// <summary>Findings of one severity and rule that are told one by one.</summary>
    public const int MaxFindingsPerRule = 100;

    /// <summary>Checks a file. A pending log is replayed in memory first, and the rest is checked through the
    /// result.</summary>
    /// <param name="file">Not owned; only read.</param>
    /// <param name="options">Null: only the file itself.</param>
    /// <exception cref="VhdxException">Io: the file below failed. What can't be read can't be judged, and a finding
    /// would blame the image.</exception>
    /// <remarks>Whatever is wrong with the image is a finding, never an exception. The check goes on behind a finding
    /// as far as the rest still means something. Reads the log once and the table of blocks once, without its holes;
    /// takes at most 32 MiB to know which MiB of the file is whose.</remarks>
    public static CheckReport Check(IImageFile file, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new CheckRun(file, options ?? new CheckOptions()).Run();
    }

    /// <summary>Checks an image and all its parents, each also against the one below it (R-PAR-4, R-PAR-7,
    /// R-PAR-8).</summary>
    /// <param name="file">Not owned; only read.</param>
    /// <param name="parents">Where parents are looked for.</param>
    /// <param name="open">How they are, and whether pending logs count, in every layer.</param>
    /// <param name="progress">As <see cref="CheckOptions.Progress"/>, from the start again for each file.</param>
    /// <returns>A report a file, that of <paramref name="file"/> first, then its parents down to the base or to the
    /// first that can't be found or opened.</returns>
    /// <exception cref="VhdxException">Io: a file below failed.</exception>
    public static IReadOnlyList<CheckReport> CheckChain(
        IImageFile file, IParentSource parents, OpenOptions open, Action<long, long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parents);
        ArgumentNullException.ThrowIfNull(open);
        return new ChainCheck(parents, open, new CheckOptions { Log = open.Log, Progress = progress }).Run(file);
    }
}
