using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>The mount options as the two ways of mounting want them: mount(2) takes flags and a data string,
/// fusermount3 one list of words.</summary>
internal static class MountWords
{
    private const int HighestMaxPages = 65535;
    private const int HighestThreads = 64;

    /// <summary>Refuses options that can't be meant.</summary>
    /// <exception cref="FuseException">Options.</exception>
    public static void Check(MountOptions options)
    {
        if (options.Threads is < 1 or > HighestThreads)
        {
            throw Refused($"threads must be 1 to {HighestThreads}");
        }

        if (options.MaxPages is < 1 or > HighestMaxPages)
        {
            throw Refused($"the largest request must be 1 to {HighestMaxPages} pages");
        }

        if (options.Source.Contains('\0', StringComparison.Ordinal))
        {
            throw Refused("the source holds a NUL character");
        }

        if (!options.Subtype.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw Refused("the subtype may hold letters, digits, - and _ only");
        }

        // One word each: a comma inside would smuggle in a second one, user_id= for instance.
        foreach (string word in options.Extra.Where(word => word.Length == 0 || word.AsSpan().ContainsAny(",\\\0")))
        {
            throw Refused($"the mount option \"{word}\" is not one plain word");
        }
    }

    /// <summary>fuse or fuse.SUBTYPE: the only way to name the subtype to mount(2).</summary>
    public static string TypeOf(MountOptions options) =>
        options.Subtype.Length == 0 ? "fuse" : $"fuse.{options.Subtype}";

    public static MountFlags FlagsOf(MountOptions options)
    {
        MountFlags flags = MountFlags.NoSuid | MountFlags.NoDev;
        flags |= options.ReadOnly ? MountFlags.ReadOnly : MountFlags.None;
        foreach (string word in options.Extra)
        {
            flags |= FlagOf(word);
        }

        return flags;
    }

    /// <summary>The data string of mount(2). fsname= and subtype= would be refused in it.</summary>
    public static string DataOf(MountOptions options, int descriptor, in MountPoint mountPoint)
    {
        List<string> words =
        [
            $"fd={descriptor}",
            $"rootmode={mountPoint.RootMode}",
            $"user_id={LibC.UserId()}",
            $"group_id={LibC.GroupId()}",
            .. AccessWords(options),
            .. options.Extra.Where(word => FlagOf(word) == MountFlags.None),
        ];
        return string.Join(',', words);
    }

    /// <summary>The argument of fusermount3's -o.</summary>
    public static string ForFusermount(MountOptions options)
    {
        List<string> words = [options.ReadOnly ? "ro" : "rw", "nosuid", "nodev", $"fsname={Escaped(options.Source)}"];
        if (options.Subtype.Length > 0)
        {
            words.Add($"subtype={options.Subtype}");
        }

        if (options.AutoUnmount)
        {
            words.Add("auto_unmount");
        }

        words.AddRange(AccessWords(options));
        words.AddRange(options.Extra);
        return string.Join(',', words);
    }

    // Without default_permissions, allow_other would open files of mode 0400 to everybody.
    private static IEnumerable<string> AccessWords(MountOptions options) =>
        options.AllowOther || options.AllowRoot ? ["default_permissions", "allow_other"] : ["default_permissions"];

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);

    private static MountFlags FlagOf(string word) => word switch
    {
        "noexec" => MountFlags.NoExec,
        "noatime" => MountFlags.NoAtime,
        "nodiratime" => MountFlags.NoDirAtime,
        "sync" => MountFlags.Synchronous,
        "dirsync" => MountFlags.DirSync,
        _ => MountFlags.None,
    };

    private static FuseException Refused(string message) => new(FuseFailure.Options, message, FuseErrno.Einval);
}
