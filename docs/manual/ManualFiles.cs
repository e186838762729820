using System;
using System.CommandLine;
using System.IO;
using VhdxFuse.Commands;

namespace VhdxFuse.Manual;

/// <summary>What goes beside the program in a package.</summary>
internal static class ManualFiles
{
    public const string Page = "vhdxfuse.1";
    public const string Bash = "vhdxfuse.bash";
    public const string Zsh = "_vhdxfuse";
    public const string Fish = "vhdxfuse.fish";

    /// <summary>Writes them all.</summary>
    /// <param name="folder">Made if it isn't there.</param>
    /// <param name="epochSeconds">The page's date, in seconds since 1970.</param>
    public static void Write(string folder, long epochSeconds)
    {
        Command program = CommandLine.Definition();
        var date = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(epochSeconds).UtcDateTime);
        _ = Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Page), ManualPage.Of(program, date));
        File.WriteAllText(Path.Combine(folder, Bash), BashCompletion.Of(program));
        File.WriteAllText(Path.Combine(folder, Zsh), ZshCompletion.Of(program));
        File.WriteAllText(Path.Combine(folder, Fish), FishCompletion.Of(program));
    }
}
