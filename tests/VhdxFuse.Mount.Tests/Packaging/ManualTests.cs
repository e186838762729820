using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using VhdxFuse.Commands;
using VhdxFuse.Manual;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Packaging;

/// <summary>The manual page and the completions are made from the parser's definitions: each command and each option
/// has to be in all of them, and those who read them have to like them.</summary>
public sealed class ManualTests : IDisposable
{
    private const long SomeDay = 1_800_000_000;

    private readonly ScratchFolder _folder = new();
    private readonly (string[] Words, Command Command)[] _tree =
        [.. Definitions.Tree(CommandLine.Definition())];

    public ManualTests() => ManualFiles.Write(_folder.Path, SomeDay);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_describes_every_command_option_and_exit_code()
    {
        string page = Read(ManualFiles.Page);
        foreach ((string[] words, Command command) in _tree)
        {
            string heading = string.Join(' ', words).Replace("-", "\\-", StringComparison.Ordinal);
            Assert.Contains(words.Length == 0 ? ".SH OPTIONS" : $".SS \"{heading} ", page, StringComparison.Ordinal);
            foreach (string name in Definitions.OptionsOf(command).SelectMany(Definitions.NamesOf))
            {
                Assert.Contains(
                    $"\\fB{name.Replace("-", "\\-", StringComparison.Ordinal)}\\fR", page, StringComparison.Ordinal);
            }
        }

        foreach (ExitCode code in Enum.GetValues<ExitCode>())
        {
            Assert.Contains($".TP\n.B {(int)code}\n", page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("@", page, StringComparison.Ordinal);
        Assert.Contains(".TH VHDXFUSE 1 2027-01-15 ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_and_option_says_what_it_is()
    {
        foreach ((string[] words, Command command) in _tree)
        {
            Assert.True(Definitions.SummaryOf(command).Length > 0, $"{string.Join(' ', words)}: no description");
            foreach (Option option in Definitions.OptionsOf(command))
            {
                Assert.True(
                    Definitions.SummaryOf(option).Length > 0,
                    $"{string.Join(' ', words)} {option.Name}: no description");
            }
        }
    }

    [RequiresFact(Need.None, "man")]
    public async Task Man_shows_the_page_without_a_warning()
    {
        Finished man = await Child.Run(
            _folder.Path, "env", "MANWIDTH=80", "man", "-P", "cat", "--warnings", "-l", _folder.File(ManualFiles.Page));
        Assert.Equal((0, ""), (man.ExitCode, man.Error));
        Assert.Contains("mount a VHDX disk image as a raw disk file", man.Output, StringComparison.Ordinal);
    }

    // Each name is cut before its last letter and must be among what bash offers for the rest.
    [RequiresFact(Need.None, "bash")]
    public async Task Bash_completes_every_command_and_option()
    {
        List<(string Line, string Wanted)> cases = [];
        foreach ((string[] words, Command command) in _tree)
        {
            string[] names =
            [
                .. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name),
                .. Definitions.OptionsOf(command).SelectMany(Definitions.NamesOf),
            ];
            cases.AddRange(names.Select(name => (string.Join(' ', [.. words, name[..^1]]), name)));
        }

        cases.Add(("--log-format j", "json"));
        cases.Add(("--log-format = j", "json"));
        cases.Add(("hash --algorithm sha2", "sha256"));
        Assert.Equal(cases.Select(Wanted), await Offered(cases), StringComparer.Ordinal);

        static string Wanted((string Line, string Wanted) one) => $"{one.Line}: {one.Wanted}";
    }

    [RequiresFact(Need.None, "bash")]
    public async Task Bash_offers_files_where_a_file_is_wanted_and_nothing_where_it_can_not_know()
    {
        await File.WriteAllTextAsync(_folder.File("my disk.vhdx"), "");
        _ = Directory.CreateDirectory(_folder.File("my folder"));
        Assert.Equal("my disk.vhdx|my folder|", await Offer("info my"));
        Assert.Equal("my disk.vhdx|my folder|", await Offer("--pidfile my"));
        Assert.Equal("my folder|", await Offer("--parent-path my"));
        Assert.Equal("", await Offer("--threads my"));
    }

    [RequiresFact(Need.None, "zsh")]
    public async Task Zsh_takes_its_completion()
    {
        Finished zsh = await Child.Run(_folder.Path, "zsh", "-n", _folder.File(ManualFiles.Zsh));
        Assert.Equal((0, ""), (zsh.ExitCode, zsh.Error));
    }

    [RequiresFact(Need.None, "fish")]
    public async Task Fish_completes_commands_and_their_options()
    {
        string script = $"source {_folder.File(ManualFiles.Fish)}; complete -C 'vhdxfuse has'; "
            + "complete -C 'vhdxfuse hash --algo'; complete -C 'vhdxfuse --overl'; complete -C 'vhdxfuse hash --overl'";
        Finished fish = await Child.Run(
            _folder.Path, "env", $"HOME={_folder.Path}", "fish", "--no-config", "-c", script);
        Assert.Equal((0, ""), (fish.ExitCode, fish.Error));
        string[] names = [.. fish.Output.Split('\n').Select(line => line.Split('\t')[0])];
        Assert.Equal(["hash", "--algorithm", "--overlay", ""], names);
    }

    private string Read(string name) => File.ReadAllText(_folder.File(name));

    private async Task<string[]> Offered(IEnumerable<(string Line, string Wanted)> cases)
    {
        var script = new StringBuilder($"set -u; source {_folder.File(ManualFiles.Bash)}\n");
        foreach ((string line, string wanted) in cases)
        {
            _ = script.Append($"{Completion(line)}; for offer in \"${{COMPREPLY[@]}}\"; do ")
                .Append($"[ \"$offer\" != '{wanted}' ] || echo '{line}: {wanted}'; done\n");
        }

        return (await Bash(script.ToString())).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<string> Offer(string line) => Bash(
        $"source {_folder.File(ManualFiles.Bash)}; {Completion(line)}; "
        + "[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\" | sort | tr '\\n' '|'");

    private static string Completion(string line)
    {
        string[] words = ["vhdxfuse", .. line.Split(' ')];
        return $"COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}); "
            + $"COMP_CWORD={words.Length - 1}; COMPREPLY=(); _vhdxfuse";
    }

    private async Task<string> Bash(string script)
    {
        Finished bash = await Child.Run(_folder.Path, "bash", "--norc", "-c", script);
        Assert.Equal((0, ""), (bash.ExitCode, bash.Error));
        return bash.Output;
    }
}
