using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;

namespace VhdxFuse.Manual;

/// <summary>The completion for zsh: one function a command, each over <c>_arguments</c>.</summary>
internal static class ZshCompletion
{
    public static string Of(Command program)
    {
        var text = new StringBuilder("#compdef vhdxfuse\n# made from the program's own definitions\n");
        foreach ((string[] words, Command command) in Definitions.Tree(program))
        {
            AppendFunction(text, words, command);
        }

        return text.Append("\n_vhdxfuse \"$@\"\n").ToString();
    }

    private static void AppendFunction(StringBuilder text, string[] words, Command command)
    {
        Command[] below = [.. command.Subcommands.Where(sub => !sub.Hidden)];
        _ = text.Append($"\n{NameOf(words)}() {{\n");
        if (below.Length > 0)
        {
            AppendCommands(text, words, below);
        }

        // -S: nothing after -- is an option.
        _ = text.Append("    _arguments -S");
        foreach (Option option in Definitions.OptionsOf(command))
        {
            foreach (string name in Definitions.NamesOf(option))
            {
                _ = text.Append($" \\\n        {Quoted(SpecOf(option, name))}");
            }
        }

        for (int i = 0; i < command.Arguments.Count; i++)
        {
            Argument argument = command.Arguments[i];
            string action = i == 0 && below.Length > 0
                ? "{_describe -t commands command commands; _files}"
                : "_files";
            _ = text.Append($" \\\n        {Quoted($"{i + 1}:{Plain(argument.Name)}:{action}")}");
        }

        _ = text.Append("\n}\n");
    }

    private static void AppendCommands(StringBuilder text, string[] words, Command[] below)
    {
        _ = text.Append("    local -a commands=(\n");
        foreach (Command sub in below)
        {
            string summary = Definitions.SummaryOf(sub).Replace(":", "\\:", StringComparison.Ordinal);
            _ = text.Append($"        {Quoted($"{sub.Name}:{summary}")}\n");
        }

        _ = text.Append("    )\n    if (( CURRENT > 2 )); then\n        case ${words[2]} in\n");
        foreach (Command sub in below)
        {
            _ = text.Append($"            {sub.Name}) shift words; (( CURRENT-- )); ")
                .Append($"{NameOf([.. words, sub.Name])}; return ;;\n");
        }

        _ = text.Append("        esac\n    fi\n");
    }

    private static string SpecOf(Option option, string name)
    {
        ValueKind kind = Definitions.KindOf(option);
        string repeat = Definitions.MayRepeat(option) ? "*" : "";
        string assignment = kind == ValueKind.None || !name.StartsWith("--", StringComparison.Ordinal) ? "" : "=";
        string spec = $"{repeat}{name}{assignment}[{Plain(Definitions.SummaryOf(option))}]";
        string value = $":{Plain(Definitions.ValueNameOf(option))}:";
        return kind switch
        {
            ValueKind.None => spec,
            ValueKind.Words => $"{spec}{value}({string.Join(' ', Definitions.WordsOf(option))})",
            ValueKind.Folder => $"{spec}{value}_files -/",
            ValueKind.File => $"{spec}{value}_files",
            _ => $"{spec}{value}",
        };
    }

    private static string NameOf(IEnumerable<string> words) => string.Join('_', words.Prepend("_vhdxfuse"));

    // What _arguments would take for its own marks.
    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (char c in text)
        {
            _ = c is '[' or ']' or ':' or '\\' ? plain.Append('\\').Append(c) : plain.Append(c);
        }

        return plain.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
