using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.IO;
using System.Reflection;
using VhdxFuse.Disk;
using VhdxFuse.Output;

namespace VhdxFuse.Commands;

/// <summary>The whole command line: its definition, and what is wrong with the one given.</summary>
internal sealed class CommandLine
{
    private const string ProgramName = "vhdxfuse";

    // @FILE is a file name here like any other.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly Command _root;
    private readonly MountCommand _mount;

    private CommandLine(Command root)
    {
        _root = root;
        _mount = new MountCommand(
            _root,
            [
                new MountDocument("info.json"u8.ToArray(), InfoDocument.ToUtf8),
                new MountDocument("report.json"u8.ToArray(), disk => disk.Report.ToUtf8(), IsLive: true),
                new MountDocument("log.json"u8.ToArray(), LogsDocument.ToUtf8),
            ]);
    }

    /// <summary>Parses the arguments. A mount that is right is found without the other commands and without help and
    /// version, whose texts are loaded as they are made: half of such a start. Everything else, and every mistake,
    /// meets the whole command line.</summary>
    public static CommandLine For(string[] arguments, out ParseResult parsed)
    {
        if (FirstGlance.IsMount(arguments))
        {
            var mount = new CommandLine(new Command(ProgramName));
            parsed = mount.Parse(arguments);
            if (mount.ProblemOf(parsed) is null)
            {
                return mount;
            }
        }

        CommandLine whole = Whole();
        parsed = whole.Parse(arguments);
        return whole;
    }

    /// <summary>Every command and option, for what is made from the definitions: the manual page and the
    /// completions.</summary>
    public static Command Definition() => Whole()._root;

    private static CommandLine Whole()
    {
        var root = new RootCommand(
            """
            Shows the disk in a VHDX image as a raw file that any program can read. The image is never changed,
            unless --rw is given.

              vhdxfuse disk.vhdx /mnt/disk && fdisk -l /mnt/disk/disk.raw

            Returns once the mount is usable, or says why it isn't. End it with umount or fusermount3 -u.
            """);
        root.Directives.Clear(); // a file may be called [suggest]
        foreach (Option option in root.Options)
        {
            option.Action = option is VersionOption ? new ShowVersion() : option.Action;
        }

        var whole = new CommandLine(root);
        root.Subcommands.Add(InfoCommand.Create());
        root.Subcommands.Add(HashCommand.Create());
        root.Subcommands.Add(MapCommand.Create());
        root.Subcommands.Add(LogCommand.Create());
        root.Subcommands.Add(CreateCommand.Create());
        root.Subcommands.Add(ConvertCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(ResizeCommand.Create());
        root.Subcommands.Add(MergeCommand.Create());
        root.Subcommands.Add(CompactCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(ReadyCommand.Create());
        return whole;
    }

    // Long options among the words of -o count as if they stood in front.
    private ParseResult Parse(string[] arguments)
    {
        ParseResult parsed = _root.Parse(arguments, Parsing);
        bool hasWords = IsMount(parsed) && parsed.Errors.Count == 0;
        IReadOnlyList<string> inWords = hasWords ? _mount.LongOptionsInWords(parsed) : [];
        return inWords.Count == 0 ? parsed : _root.Parse([.. inWords, .. arguments], Parsing);
    }

    /// <summary>The log for a command line without errors.</summary>
    public Microsoft.Extensions.Logging.ILogger LogFor(ParseResult parsed) => _mount.LogFor(parsed);

    /// <summary>What is wrong, in one line; null when nothing is, or when only help or version is wanted.</summary>
    public string? ProblemOf(ParseResult parsed)
    {
        if (parsed.Action is { ClearsParseErrors: true })
        {
            return null;
        }

        string? problem = UnknownOptionIn(parsed) ?? ErrorIn(parsed);
        return problem is null ? null : $"{problem} (vhdxfuse --help shows the options)";
    }

    private bool IsMount(ParseResult parsed) => parsed.CommandResult.Command == _root;

    private string? ErrorIn(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"unexpected argument '{parsed.UnmatchedTokens[0]}'";
        }

        ParseError error = parsed.Errors[0];
        bool isMissing = error.SymbolResult
            is CommandResult or ArgumentResult { Tokens.Count: 0, Parent: CommandResult };
        return isMissing && IsMount(parsed) ? "IMAGE and MOUNTPOINT are needed" : error.Message;
    }

    // The parser takes what it doesn't know for a file name, whatever it starts with.
    private static string? UnknownOptionIn(ParseResult parsed)
    {
        foreach (Token token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                return null;
            }

            // No option starts with a digit, but a size to take off does.
            if (token.Type == TokenType.Argument && token.Value is ['-', not (>= '0' and <= '9'), ..]
                && !IsOptionValue(parsed, token))
            {
                return $"unknown option '{token.Value}'";
            }
        }

        return null;
    }

    private static bool IsOptionValue(ParseResult parsed, Token token)
    {
        foreach (SymbolResult child in parsed.CommandResult.Children)
        {
            if (child is OptionResult option)
            {
                foreach (Token value in option.Tokens)
                {
                    if (ReferenceEquals(value, token))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            string? version = typeof(Program).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            output.WriteLine($"vhdxfuse {version}");
            return (int)ExitCode.Fine;
        }
    }
}
