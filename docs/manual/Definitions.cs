using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Completions;
using System.Linq;

namespace VhdxFuse.Manual;

/// <summary>What the definitions of the command line say to somebody who writes about them.</summary>
internal static class Definitions
{
    public const string ProgramName = "vhdxfuse";

    /// <summary>The command and all below it, each with the words that lead to it; none for the
    /// program itself.</summary>
    public static IEnumerable<(string[] Words, Command Command)> Tree(Command command, params string[] words) =>
        command.Subcommands.Where(below => !below.Hidden)
            .SelectMany(below => Tree(below, [.. words, below.Name]))
            .Prepend((words, command));

    /// <summary>Options that help shows. Help itself has more spellings than anybody needs.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) => command.Options.Where(option => !option.Hidden);

    /// <summary>The spellings that start with a dash, short ones first.</summary>
    public static string[] NamesOf(Option option) =>
    [
        .. option.Aliases.Prepend(option.Name).Where(name => name.StartsWith('-')).Distinct(StringComparer.Ordinal)
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal),
    ];

    public static string DescriptionOf(Symbol symbol) => (symbol.Description ?? "").Trim();

    /// <summary>The first sentence, without its full stop.</summary>
    public static string SummaryOf(Symbol symbol)
    {
        string text = DescriptionOf(symbol).ReplaceLineEndings(" ");
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    public static bool MayRepeat(Option option) => option.ValueType.IsArray || option.Arity.MaximumNumberOfValues > 1;

    /// <summary>The name of the value; empty for an option that stands alone.</summary>
    public static string ValueNameOf(Option option) =>
        KindOf(option) == ValueKind.None ? "" : option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant();

    public static ValueKind KindOf(Option option)
    {
        if (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool))
        {
            return ValueKind.None;
        }

        return WordsOf(option).Length > 0 ? ValueKind.Words : KindOf(option.HelpName ?? "");
    }

    /// <summary>A name like FILE or WINDOWS=FOLDER says what its value is.</summary>
    public static ValueKind KindOf(string valueName) => valueName switch
    {
        _ when valueName.Contains('=', StringComparison.Ordinal) => ValueKind.Other,
        _ when valueName.Contains("FOLDER", StringComparison.Ordinal) => ValueKind.Folder,
        _ when valueName.Contains("FILE", StringComparison.Ordinal) => ValueKind.File,
        _ => ValueKind.Other,
    };

    /// <summary>The words an option takes: those that its value's name lists, as <c>text|json</c>, or
    /// those the parser knows.</summary>
    public static string[] WordsOf(Option option)
    {
        if (option.ValueType == typeof(bool))
        {
            return [];
        }

        string[] listed = (option.HelpName ?? "").Split('|');
        bool areWords = listed.Length > 1
            && listed.All(word => word.Length > 0 && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)));
        return areWords ? listed : [.. option.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];
    }
}
