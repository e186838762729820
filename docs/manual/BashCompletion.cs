using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;

namespace VhdxFuse.Manual;

/// <summary>The completion for bash: a function that finds the command in the words so far, then offers its commands,
/// options and files, or what the option before the cursor takes. It needs nothing but bash itself.</summary>
internal static class BashCompletion
{
    // Bash takes = for a word of its own: --name=va is three words.
    private const string Start = """
        # bash completion for vhdxfuse, made from the program's own definitions
        _vhdxfuse() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= words= commands= i
            if [[ $current == = ]]; then
                current=
            elif [[ $previous == = && $COMP_CWORD -gt 1 ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 1; i < COMP_CWORD; i++)); do
                case "$command ${COMP_WORDS[i]}" in

        """;

    private const string AfterCommands = """
                esac
            done
            case "$command $previous" in

        """;

    private const string AfterValues = """
            esac
            case "$command" in

        """;

    private const string End = """
            esac
            if [[ $current == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            else
                mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current"; compgen -f -- "$current")
                compopt -o filenames 2>/dev/null
            fi
        }
        complete -F _vhdxfuse vhdxfuse

        """;

    public static string Of(Command program)
    {
        var text = new StringBuilder(Start);
        (string[] Words, Command Command)[] tree = [.. Definitions.Tree(program)];
        foreach ((string[] words, _) in tree.Where(entry => entry.Words.Length > 0))
        {
            _ = text.Append($"            '{Key(words)}') command='{Key(words)}' ;;\n");
        }

        _ = text.Append(AfterCommands);
        foreach ((string[] words, Command command) in tree)
        {
            foreach (Option option in Definitions.OptionsOf(command))
            {
                AppendValue(text, words, option);
            }
        }

        _ = text.Append(AfterValues);
        foreach ((string[] words, Command command) in tree)
        {
            IEnumerable<string> options = Definitions.OptionsOf(command).SelectMany(Definitions.NamesOf);
            IEnumerable<string> below = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
            _ = text.Append($"        '{Key(words)}') words='{string.Join(' ', options)}' ")
                .Append($"commands='{string.Join(' ', below)}' ;;\n");
        }

        return text.Append(End).ToString();
    }

    private static void AppendValue(StringBuilder text, string[] words, Option option)
    {
        string? reply = Definitions.KindOf(option) switch
        {
            ValueKind.None => null,
            ValueKind.Words => $"compgen -W '{string.Join(' ', Definitions.WordsOf(option))}' -- \"$current\"",
            ValueKind.Folder => "compgen -d -- \"$current\"",
            ValueKind.File => "compgen -f -- \"$current\"",
            _ => "",
        };
        if (reply is null)
        {
            return;
        }

        string patterns = string.Join(" | ", Definitions.NamesOf(option).Select(name => $"'{Key(words)} {name}'"));
        string action = reply.Length == 0
            ? "COMPREPLY=()"
            : $"mapfile -t COMPREPLY < <({reply})";
        string files = Definitions.KindOf(option) is ValueKind.Folder or ValueKind.File
            ? "; compopt -o filenames 2>/dev/null"
            : "";
        _ = text.Append($"        {patterns}) {action}{files}; return ;;\n");
    }

    // Each word with a blank in front.
    private static string Key(string[] words) => string.Concat(words.Select(word => " " + word));
}
