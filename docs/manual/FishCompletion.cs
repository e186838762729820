using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;

namespace VhdxFuse.Manual;

/// <summary>The completion for fish: a line an option and a command.</summary>
internal static class FishCompletion
{
    public static string Of(Command program)
    {
        var text = new StringBuilder("# fish completion for vhdxfuse, made from the program's own definitions\n");
        foreach ((string[] words, Command command) in Definitions.Tree(program))
        {
            Command[] below = [.. command.Subcommands.Where(sub => !sub.Hidden)];
            string condition = ConditionOf(words, below);
            foreach (Command sub in below)
            {
                _ = text.Append($"complete -c vhdxfuse {condition} -a {sub.Name} ")
                    .Append($"-d {Quoted(Definitions.SummaryOf(sub))}\n");
            }

            foreach (Option option in Definitions.OptionsOf(command))
            {
                AppendOption(text, condition, option);
            }
        }

        return text.ToString();
    }

    // All the words that lead to the command were said, and none that leads further.
    private static string ConditionOf(string[] words, Command[] below)
    {
        IEnumerable<string> said = words.Select(word => $"__fish_seen_subcommand_from {word}");
        IEnumerable<string> unsaid = below.Length == 0
            ? []
            : [$"not __fish_seen_subcommand_from {string.Join(' ', below.Select(sub => sub.Name))}"];
        return $"-n '{string.Join("; and ", said.Concat(unsaid))}'";
    }

    private static void AppendOption(StringBuilder text, string condition, Option option)
    {
        _ = text.Append($"complete -c vhdxfuse {condition}");
        foreach (string name in Definitions.NamesOf(option))
        {
            string flag = name.StartsWith("--", StringComparison.Ordinal) ? "-l" : name.Length == 2 ? "-s" : "-o";
            _ = text.Append($" {flag} {Quoted(name.TrimStart('-'))}");
        }

        _ = text.Append(Definitions.KindOf(option) switch
        {
            ValueKind.None => "",
            ValueKind.Words => $" -x -a {Quoted(string.Join(' ', Definitions.WordsOf(option)))}",
            ValueKind.Folder => " -x -a '(__fish_complete_directories)'",
            ValueKind.File => " -r",
            _ => " -x",
        });
        _ = text.Append($" -d {Quoted(Definitions.SummaryOf(option))}\n");
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
