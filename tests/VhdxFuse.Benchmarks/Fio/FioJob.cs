using System.Collections.Generic;
using System.Globalization;

namespace VhdxFuse.Benchmarks.Fio;

/// <summary>One job of fio's, but for the file it works on.</summary>
/// <param name="ReadWrite">read, write, randread or randwrite.</param>
/// <param name="BlockBytes">Of one request.</param>
internal sealed record FioJob(string ReadWrite, int BlockBytes)
{
    public string Name { get; init; } = "job";

    /// <summary>psync, or libaio where several requests are to be in flight.</summary>
    public string Engine { get; init; } = "psync";

    /// <summary>Requests in flight of each process.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Processes that do the same.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>O_DIRECT, so that the kernel's cache of the mounted file has no part in it.</summary>
    public bool IsDirect { get; init; } = true;

    /// <summary>Writes between two calls of fsync; 0: none.</summary>
    public int WritesPerSync { get; init; }

    /// <summary>The part of the file from its start; null: all of it.</summary>
    public long? LengthBytes { get; init; }

    /// <summary>Null: once over the part of the file, however long that takes.</summary>
    public double? Seconds { get; init; }

    /// <summary>The arguments of the job, its name first.</summary>
    public IEnumerable<string> Arguments(string file)
    {
        yield return $"--name={Name}";
        yield return $"--filename={file}";
        yield return $"--rw={ReadWrite}";
        yield return $"--bs={BlockBytes}";
        yield return $"--ioengine={Engine}";
        yield return $"--iodepth={Depth}";
        yield return $"--numjobs={Processes}";
        yield return $"--direct={(IsDirect ? 1 : 0)}";
        yield return $"--fsync={WritesPerSync}";
        yield return "--norandommap";
        yield return "--randrepeat=1";
        yield return "--fallocate=none";
        yield return "--allow_file_create=0";
        yield return "--invalidate=0"; // a mount is fresh; the plain file's cache is as warm as the image's
        yield return "--percentile_list=50:99";
        if (Processes > 1)
        {
            yield return "--group_reporting"; // would also melt different jobs into one
        }

        if (LengthBytes is { } length)
        {
            yield return $"--size={length}";
        }

        if (Seconds is { } seconds)
        {
            yield return "--time_based";
            yield return string.Create(CultureInfo.InvariantCulture, $"--runtime={seconds * 1000:0}ms");
        }
    }
}
