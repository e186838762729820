using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text;

namespace VhdxFuse.Commands;

/// <summary>The words of <c>-o</c>, as FUSE programs and mount(8) know them.</summary>
internal sealed class OptionWords
{
    /// <summary>Lets the unknown words after it pass.</summary>
    public const string SloppyWord = "sloppy";

    private const int PermissionMask = 0x1ff;
    private const int OctalBase = 8;

    // Not x-…: mount(8) keeps those to itself.
    private const string WriteWord = "vhdxfuse.rw";

    // What mount(8) passes or fstab holds, and a mount of one user's file has no use for.
    private static readonly HashSet<string> Meaningless = new(StringComparer.Ordinal)
    {
        "defaults", "default_permissions", "nofail", "_netdev", "auto", "noauto",
        "user", "users", "nouser", "owner", "group", "dev", "nodev", "suid", "nosuid", "exec",
        "async", "atime", "relatime", "norelatime", "strictatime", "nostrictatime", "lazytime", "nolazytime",
        "diratime", "loud", "silent", "comment",
    };

    // Those that the kernel knows as flags or takes from the server's options.
    private static readonly HashSet<string> ForTransport = new(StringComparer.Ordinal)
    {
        "noexec", "noatime", "nodiratime", "sync", "dirsync", "max_read",
    };

    private readonly List<string> _extra = [];
    private readonly List<string> _longOptions = [];

    private bool _isSloppy;

    private OptionWords()
    {
    }

    /// <summary>Whether ro was said, and no rw after it.</summary>
    public bool WantsReading { get; private set; }

    /// <summary>Whether fstab asks for a writable mount. rw alone doesn't: mount(8) passes it unasked.</summary>
    public bool WantsWriting { get; private set; }

    public bool AllowOther { get; private set; }

    public bool AllowRoot { get; private set; }

    public bool AutoUnmount { get; private set; }

    public uint? UserId { get; private set; }

    public uint? GroupId { get; private set; }

    public UnixFileMode Umask { get; private set; }

    /// <summary>Shown as the mount's source; null: the image's path.</summary>
    public string? SourceName { get; private set; }

    /// <summary>Null: our own.</summary>
    public string? Subtype { get; private set; }

    public int? MaxPages { get; private set; }

    /// <summary>Words that the transport passes on.</summary>
    public IReadOnlyList<string> Extra => _extra;

    /// <summary>Our own long options among the words, as the command line has them: <c>--threads=2</c>.</summary>
    public IReadOnlyList<string> LongOptions => _longOptions;

    /// <summary>Reads lists of words. Inside a word <c>\,</c> is a comma and <c>\\</c> a backslash where one of
    /// them follows; other backslashes stand for themselves, since Windows paths are full of them.</summary>
    /// <param name="lists">The values of each -o.</param>
    /// <param name="longOption">The program's long option of a name without dashes; null: there is none.</param>
    /// <param name="problem">One line; null when there is none.</param>
    public static OptionWords Parse(IEnumerable<string> lists, Func<string, Option?> longOption, out string? problem)
    {
        var words = new OptionWords();
        problem = null;
        foreach (string list in lists)
        {
            foreach (string word in Split(list))
            {
                problem ??= words.Take(word, longOption);
            }
        }

        return words;
    }

    private static IEnumerable<string> Split(string list)
    {
        var word = new StringBuilder();
        for (int i = 0; i <= list.Length; i++)
        {
            bool isEnd = i == list.Length || list[i] == ',';
            if (isEnd && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
            else if (!isEnd)
            {
                i += list[i] == '\\' && i + 1 < list.Length && list[i + 1] is ',' or '\\' ? 1 : 0;
                word.Append(list[i]);
            }
        }
    }

    private string? Take(string word, Func<string, Option?> longOption)
    {
        int separator = word.IndexOf('=', StringComparison.Ordinal);
        string name = separator < 0 ? word : word[..separator];
        string? value = separator < 0 ? null : word[(separator + 1)..];
        if (word is "ro" or "rw" or WriteWord)
        {
            // Before the long options: rw is not --rw.
            WantsReading = word is "ro" || (WantsReading && word is not "rw");
            WantsWriting |= word is WriteWord;
            return null;
        }

        if (longOption(name) is { } option)
        {
            bool isFlag = option.ValueType == typeof(bool);
            _longOptions.Add($"--{word}");
            return isFlag == value is null ? null : $"-o {name} {(isFlag ? "takes no" : "needs a")} value";
        }

        if (Meaningless.Contains(name) || name.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (ForTransport.Contains(name))
        {
            _extra.Add(word);
            return null;
        }

        return value is null ? TakeFlag(name) : TakeValue(name, value);
    }

    private string? TakeFlag(string name)
    {
        switch (name)
        {
            case "allow_other":
                AllowOther = true;
                return null;
            case "allow_root":
                AllowRoot = true;
                return null;
            case "auto_unmount":
                AutoUnmount = true;
                return null;
            case "uid" or "gid" or "umask" or "fsname" or "subtype" or "max_pages":
                return $"-o {name} needs a value: {name}=…";
            case SloppyWord:
                _isSloppy = true;
                return null;
            default:
                return Unknown(name);
        }
    }

    private string? TakeValue(string name, string value)
    {
        switch (name)
        {
            case "uid" when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint user):
                UserId = user;
                return null;
            case "gid" when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint group):
                GroupId = group;
                return null;
            case "umask" when TryParseOctal(value, out int mask):
                Umask = (UnixFileMode)mask;
                return null;
            case "fsname":
                SourceName = value;
                return null;
            case "subtype":
                Subtype = value;
                return null;
            case "max_pages" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int pages):
                MaxPages = pages;
                return null;
            case "uid" or "gid" or "max_pages":
                return $"-o {name}: '{value}' is not a number";
            case "umask":
                return $"-o umask: '{value}' is not an octal number up to 777";
            case "allow_other" or "allow_root" or "auto_unmount":
                return $"-o {name} takes no value";
            default:
                return Unknown(name);
        }
    }

    private string? Unknown(string name) => _isSloppy ? null : $"-o: unknown word '{name}'";

    private static bool TryParseOctal(string text, out int value)
    {
        value = 0;
        foreach (char digit in text)
        {
            value = digit is >= '0' and <= '7' ? (value * OctalBase) + digit - '0' : int.MaxValue;
            if (value > PermissionMask)
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
