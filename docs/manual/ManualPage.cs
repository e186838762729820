using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using VhdxFuse.Commands;

namespace VhdxFuse.Manual;

/// <summary>The manual page: vhdxfuse.1.in, whose prose is written by hand, with the options and the commands filled
/// in.</summary>
internal static class ManualPage
{
    public static string Of(Command program, DateOnly date) => Template()
        .Replace("@DATE@", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@VERSION@", VersionOf(typeof(CommandLine).Assembly), StringComparison.Ordinal)
        .Replace("@OPTIONS@\n", Options(Definitions.OptionsOf(program)), StringComparison.Ordinal)
        .Replace("@COMMANDS@\n", Commands(program), StringComparison.Ordinal);

    private static string Template()
    {
        using Stream stream = typeof(ManualPage).Assembly.GetManifestResourceStream("vhdxfuse.1.in")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string Commands(Command program)
    {
        var text = new StringBuilder();
        var known = Definitions.OptionsOf(program).ToDictionary(option => option.Name, StringComparer.Ordinal);
        foreach ((string[] words, Command command) in Definitions.Tree(program).Where(entry => entry.Words.Length > 0))
        {
            string arguments = string.Concat(command.Arguments.Select(ArgumentOf));
            _ = text.Append($".SS \"{Escape(string.Join(' ', words))} [OPTION...]{Escape(arguments)}\"\n")
                .Append(Lines(Definitions.DescriptionOf(command)));
            Option[] options = [.. Definitions.OptionsOf(command)];
            Option[] shared = [.. options.Where(option => IsSame(option, known))];
            _ = text.Append(Options(options.Except(shared)));
            IEnumerable<string> names = shared.Select(option => $"\\fB{Escape(option.Name)}\\fR");
            _ = text.Append(shared.Length == 0 ? "" : $".PP\nAs above: {string.Join(",\n", names)}.\n");
        }

        return text.ToString();
    }

    private static string ArgumentOf(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name;
        string many = argument.Arity.MaximumNumberOfValues > 1 ? "..." : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}{many}]" : $" {name}{many}";
    }

    private static bool IsSame(Option option, Dictionary<string, Option> known) =>
        known.TryGetValue(option.Name, out Option? other)
        && string.Equals(option.Description, other.Description, StringComparison.Ordinal);

    private static string Options(IEnumerable<Option> options)
    {
        var text = new StringBuilder();
        foreach (Option option in options)
        {
            string value = Definitions.ValueNameOf(option);
            string names = string.Join(", ", Definitions.NamesOf(option).Select(name => $"\\fB{Escape(name)}\\fR"));
            string tag = value.Length == 0 ? names : $"{names} \\fI{Escape(value)}\\fR";
            _ = text.Append($".TP\n{tag}\n{Lines(Definitions.DescriptionOf(option))}");
        }

        return text.ToString();
    }

    private static string Lines(string description) => string.Concat(
        description.Split('\n').Select(line => line.Trim())
            .Select(line => line.Length == 0 ? ".PP\n" : $"{Line(line)}\n"));

    // At the start of a line a dot or a quote would be a request.
    private static string Line(string text) => text[0] is '.' or '\'' ? $"\\&{Escape(text)}" : Escape(text);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\e"),
                '-' => escaped.Append("\\-"),
                '\'' => escaped.Append("\\(aq"),
                '"' => escaped.Append("\\(dq"),
                '^' => escaped.Append("\\(ha"),
                '~' => escaped.Append("\\(ti"),
                '`' => escaped.Append("\\(ga"),
                '…' => escaped.Append("..."),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
