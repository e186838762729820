using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using VhdxFuse.Hosting;

namespace VhdxFuse.Commands;

/// <summary>What the mount command takes besides the image and its options.</summary>
internal sealed class MountArguments
{
    private readonly Command _command;

    private readonly Argument<string> _mountPoint = new("MOUNTPOINT")
    {
        Description = "A folder, or a regular file, which then becomes the disk itself.",
    };

    private readonly Option<bool> _foreground = new("-f")
    {
        Description = "Stay in the foreground, the only place that shows the log later on. Process 1 always stays.",
    };

    private readonly Option<bool> _debug = new("-d")
    {
        Description = "Log every request. Implies -f.",
    };

    private readonly Option<bool> _singleThread = new("-s")
    {
        Description = "Serve with one thread.",
    };

    private readonly Option<string[]> _words = new("-o")
    {
        Description = "Words with commas: allow_other, allow_root, auto_unmount, uid=, gid=, umask=, fsname=, "
            + "subtype=, max_pages=, those of fstab, and every long option here, as threads=2.",
        HelpName = "LIST",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "Serve with this many threads, 1 to 64. Default: one a core, at least 2 and at most 4.",
        HelpName = "N",
        CustomParser = result => ParseNumber(result, "--threads"),
    };

    private readonly Option<bool> _cloneDescriptors = new("--clone-fds")
    {
        Description = "Give each thread a descriptor of /dev/fuse of its own.",
    };

    private readonly Option<int?> _readyDescriptor = new("--ready-fd")
    {
        Description = "Write a newline to this descriptor when the mount is usable.",
        HelpName = "N",
        CustomParser = ParseReadyDescriptor,
    };

    private readonly Option<string?> _pidFile = new("--pidfile")
    {
        Description = "Keep the process id in this file while the mount lives.",
        HelpName = "FILE",
    };

    private readonly Option<LogFormat> _logFormat = new("--log-format")
    {
        Description = "How messages on stderr look: text or json.",
        HelpName = "text|json",
        CustomParser = ParseLogFormat,
    };

    private readonly Option<string?> _compat = new("--compat")
    {
        Description = "Show the files of another program: libvhdi, for vhdi1 (the base) to vhdiN (the disk) and "
            + "nothing else.",
        HelpName = "libvhdi",
    };

    private readonly WriteArguments _write;

    /// <summary>Adds the argument and the options to the command.</summary>
    public MountArguments(Command command)
    {
        _command = command;
        _write = new WriteArguments(command);
        _words.AllowMultipleArgumentsPerToken = false;
        _words.Validators.Add(result => AddProblem(result, WordsIn(result.GetValueOrDefault<string[]>())));
        _compat.AcceptOnlyFromAmong("libvhdi");
        command.Arguments.Add(_mountPoint);
        Option[] options =
        [
            _foreground, _debug, _singleThread, _words, _threads,
            _cloneDescriptors, _readyDescriptor, _pidFile, _logFormat, _compat,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }
    }

    public string MountPointOf(ParseResult parsed) => parsed.GetRequiredValue(_mountPoint);

    public OptionWords WordsOf(ParseResult parsed) =>
        OptionWords.Parse(parsed.GetValue(_words) ?? [], LongOption, out _);

    /// <exception cref="ProgramException">Usage: the options contradict each other.</exception>
    public WriteRequest WriteRequestOf(ParseResult parsed, ImageArguments image) =>
        _write.RequestOf(parsed, WordsOf(parsed), image);

    /// <summary>Whether the files are to be those of vhdimount.</summary>
    public bool IsLikeLibvhdi(ParseResult parsed) => parsed.GetValue(_compat) is not null;

    public bool IsForeground(ParseResult parsed) => parsed.GetValue(_foreground) || IsTraced(parsed);

    public bool IsTraced(ParseResult parsed) => parsed.GetValue(_debug);

    /// <summary>Null: the transport's own choice.</summary>
    public int? ThreadsOf(ParseResult parsed) => parsed.GetValue(_singleThread) ? 1 : parsed.GetValue(_threads);

    public bool ClonesDescriptors(ParseResult parsed) => parsed.GetValue(_cloneDescriptors);

    public int? ReadyDescriptorOf(ParseResult parsed) => parsed.GetValue(_readyDescriptor);

    public string? PidFileOf(ParseResult parsed) => parsed.GetValue(_pidFile);

    public LogFormat LogFormatOf(ParseResult parsed) => parsed.GetValue(_logFormat);

    private static void AddProblem(SymbolResult result, string? problem)
    {
        if (problem is not null)
        {
            result.AddError(problem);
        }
    }

    private static LogFormat ParseLogFormat(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "text":
                return LogFormat.Text;
            case "json":
                return LogFormat.Json;
            default:
                result.AddError($"--log-format is text or json, not '{result.Tokens[0].Value}'");
                return LogFormat.Text;
        }
    }

    private static int? ParseNumber(ArgumentResult result, string option)
    {
        string text = result.Tokens[0].Value;
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        AddProblem(result, isNumber ? null : $"{option} takes a number, not '{text}'");
        return isNumber ? number : null;
    }

    private static int? ParseReadyDescriptor(ArgumentResult result)
    {
        const string option = "--ready-fd";
        int? descriptor = ParseNumber(result, option);
        bool isMissing = descriptor is { } number && !Descriptor.IsOpen(number);
        AddProblem(result, isMissing ? $"{option} {descriptor}: no such descriptor is open" : null);
        return descriptor;
    }

    private string? WordsIn(IEnumerable<string>? lists)
    {
        OptionWords.Parse(lists ?? [], LongOption, out string? problem);
        return problem;
    }

    // The definitions are the list: what the command has as --name is a word as well.
    private Option? LongOption(string name) => name.Length < 2
        ? null
        : _command.Options.FirstOrDefault(option => string.Equals(option.Name, $"--{name}", StringComparison.Ordinal));
}
