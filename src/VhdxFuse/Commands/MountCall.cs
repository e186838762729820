using System;
using System.Collections.Generic;
using System.IO;

namespace VhdxFuse.Commands;

/// <summary>
/// The program under the name that mount(8) looks for: <c>mount.fuse.vhdxfuse</c>, a link to it. mount(8) hands over
/// <c>SOURCE FOLDER [-sfnv] [-N namespace] [-o words] [-t type]</c>, where the short options mean other things than
/// they do to us.
/// </summary>
internal static class MountCall
{
    public const string Name = "mount.fuse.vhdxfuse";

    private const int PathCount = 2;

    /// <summary>The arguments as the mount command takes them.</summary>
    /// <param name="program">The name we were called by.</param>
    /// <param name="arguments">As they were given.</param>
    /// <returns>Null when nothing is to be mounted; unchanged when it isn't mount(8) that calls.</returns>
    /// <exception cref="ProgramException">Usage.</exception>
    public static string[]? Translate(string program, string[] arguments)
    {
        if (!string.Equals(Path.GetFileName(program), Name, StringComparison.Ordinal))
        {
            return arguments;
        }

        if (arguments.Length < PathCount)
        {
            throw new ProgramException(
                ExitCode.Usage, $"{Name} is for mount to call: mount -t fuse.vhdxfuse IMAGE FOLDER");
        }

        var words = new List<string>();
        bool isFake = false;
        for (int i = PathCount; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "-o" when i + 1 < arguments.Length:
                    words.AddRange(["-o", arguments[++i]]);
                    break;
                case "-t" when i + 1 < arguments.Length:
                    i++; // ours, or we wouldn't have been called
                    break;
                case "-s":
                    words.InsertRange(0, ["-o", OptionWords.SloppyWord]);
                    break;
                case "-f":
                    isFake = true;
                    break;
                case "-n" or "-v":
                    break;
                default:
                    throw new ProgramException(ExitCode.Usage, $"{Name}: can't do '{arguments[i]}'");
            }
        }

        return isFake ? null : [.. words, "--", .. arguments[..PathCount]];
    }
}
