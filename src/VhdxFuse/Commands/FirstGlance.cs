using System;

namespace VhdxFuse.Commands;

/// <summary>
/// What the arguments say without the parser, whose tree of commands and texts takes longer to build than a mount.
/// Each answer is yes only where the parser could come to no other; no means only that the parser has to be asked.
/// </summary>
internal static class FirstGlance
{
    private const int FewestArguments = 2; // image and mount point

    /// <summary>Whether the arguments can only mean a mount: they name no other command, and ask for no help or version
    /// in any spelling. They may still be wrong.</summary>
    public static bool IsMount(ReadOnlySpan<string> arguments)
    {
        foreach (string argument in arguments)
        {
            bool isOther = argument
                is InfoCommand.Name or HashCommand.Name or MapCommand.Name or LogCommand.Name or CreateCommand.Name
                    or ConvertCommand.Name or DoctorCommand.Name or ResizeCommand.Name or MergeCommand.Name
                    or CompactCommand.Name or CheckCommand.Name or ReadyCommand.Name or "/h" or "/?"
                || IsBundle(argument)
                || Holds(argument, "help") // -o help is --help
                || Holds(argument, "version");
            if (isOther)
            {
                return false;
            }
        }

        return arguments.Length >= FewestArguments;
    }

    /// <summary>Whether the arguments can only mean a mount in the background, and name no descriptor.</summary>
    public static bool IsBackgroundMount(ReadOnlySpan<string> arguments)
    {
        foreach (string argument in arguments)
        {
            if (argument is "-f" or "-d" || Holds(argument, "ready-fd") || Holds(argument, "/fd/"))
            {
                return false;
            }
        }

        return IsMount(arguments);
    }

    // A short option that isn't known to stand alone, or several in one: -sf, -h, -ovalue.
    private static bool IsBundle(string argument) =>
        argument is ['-', not '-', ..] && argument is not ("-f" or "-d" or "-s" or "-o");

    private static bool Holds(string argument, string text) => argument.Contains(text, StringComparison.Ordinal);
}
