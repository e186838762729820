using System;
using System.IO;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Copying;

/// <summary>What a file is, where the user didn't say. A guess that could harm isn't made: a guest may write the mark
/// of a VHDX to the start of its raw disk, and would then choose what files are read as parents.</summary>
internal static class FormatGuess
{
    private static readonly string[] ImageEndings = [".vhdx", ".avhdx"];
    private static readonly string[] RawEndings = [".raw", ".img", ".dd", ".bin"];

    private static ReadOnlySpan<byte> Mark => "vhdxfile"u8;

    /// <summary>Whether bytes start as a VHDX does.</summary>
    public static bool IsMarked(ReadOnlySpan<byte> start) => start.StartsWith(Mark);

    /// <summary>The format of a file that is read.</summary>
    /// <exception cref="ProgramException">Usage: the user has to say.</exception>
    public static DiskFormat OfInput(LinuxFile file)
    {
        Span<byte> start = stackalloc byte[Mark.Length];
        bool isMarked = IsMarked(start[..file.Read(default, start)]);
        if (EndsWith(file.Path, ImageEndings))
        {
            return DiskFormat.Vhdx; // and if it isn't one, that is what will be said
        }

        return isMarked && EndsWith(file.Path, RawEndings)
            ? throw new ProgramException(
                ExitCode.Usage,
                $"{OneLine.Escape(file.Path)}: is named as a raw disk but starts as a VHDX; "
                + "say --from raw or --from vhdx")
            : isMarked ? DiskFormat.Vhdx : DiskFormat.Raw;
    }

    /// <summary>The format of a file that is written.</summary>
    /// <exception cref="ProgramException">Usage: the user has to say.</exception>
    public static DiskFormat OfOutput(string path)
    {
        if (EndsWith(path, ImageEndings))
        {
            return DiskFormat.Vhdx;
        }

        return EndsWith(path, RawEndings) || Path.GetExtension(path).Length == 0
            ? DiskFormat.Raw
            : throw new ProgramException(
                ExitCode.Usage,
                $"{OneLine.Escape(path)}: its ending names neither a VHDX nor a raw disk; "
                + "say --to raw, dynamic or fixed");
    }

    private static bool EndsWith(string path, string[] endings) =>
        Array.Exists(endings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
