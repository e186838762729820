using System.CommandLine;
using System.CommandLine.Parsing;
using VhdxFuse.Disk;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>The options that make a mount writable.</summary>
internal sealed class WriteArguments
{
    private const string RwName = "--rw";
    private const string OverlayName = "--overlay";
    private const string ResetLogName = "--reset-log";

    private readonly Option<bool> _rw = new(RwName)
    {
        Description = "Make disk.raw writable: what is written goes into the image. fstab's word for it is "
            + "vhdxfuse.rw; plain -o rw, which mount passes unasked, is not enough.",
    };

    private readonly Option<OverlayPlace?> _overlay = new(OverlayName)
    {
        Description = "Make disk.raw writable and leave the image untouched: what is written goes into FILE, a "
            + "differencing image that is made if it isn't there, or into memory (mem:SIZE as in mem:2G; "
            + "mem is mem:1G).",
        HelpName = "FILE|mem[:SIZE]",
        CustomParser = ParseOverlay,
    };

    private readonly Option<bool> _resetLog = new(ResetLogName)
    {
        Description = "Write also to an image whose log is named but empty.",
    };

    /// <summary>Adds the options to a command.</summary>
    public WriteArguments(Command command)
    {
        command.Options.Add(_rw);
        command.Options.Add(_overlay);
        command.Options.Add(_resetLog);
    }

    /// <summary>What is asked for; everything that contradicts it is a usage error.</summary>
    /// <exception cref="ProgramException">Usage.</exception>
    public WriteRequest RequestOf(ParseResult parsed, OptionWords words, ImageArguments image)
    {
        OverlayPlace? overlay = parsed.GetValue(_overlay);
        bool intoImage = parsed.GetValue(_rw) || (words.WantsWriting && !words.WantsReading);
        Refuse(intoImage && overlay is not null, $"{OverlayName} leaves the image as it is, {RwName} writes to it");
        Refuse(
            words.WantsReading && (overlay is not null || parsed.GetValue(_rw)),
            $"-o ro contradicts {(overlay is null ? RwName : OverlayName)}");
        var request = new WriteRequest
        {
            IntoImage = intoImage,
            Overlay = overlay,
            ResetsLog = parsed.GetValue(_resetLog),
        };
        if (request.IsNone)
        {
            Refuse(request.ResetsLog, $"{ResetLogName} needs {RwName} or {OverlayName}");
            return request;
        }

        Refuse(
            image.LogPolicyOf(parsed) == LogPolicy.Ignore,
            "--no-replay is for reading: what is written without a pending log would be lost to its replay");
        Refuse(image.IsBestEffort(parsed), "--best-effort is for reading: a damaged image isn't written");
        Refuse(
            intoImage && image.FileOptionsOf(parsed).ForceShare,
            $"--force-share contradicts {RwName}: an image has one writer");
        return request;
    }

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw new ProgramException(ExitCode.Usage, why);
        }
    }

    private static OverlayPlace? ParseOverlay(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        var place = OverlayPlace.Parse(text);
        if (place is null)
        {
            result.AddError($"{OverlayName} takes a file, mem, or mem:SIZE with K, M, G or T, not '{text}'");
        }

        return place;
    }
}
