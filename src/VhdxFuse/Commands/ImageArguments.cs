using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using VhdxFuse.Disk;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>The image and the options that say how it and its parents are opened: the same for every command.</summary>
internal sealed class ImageArguments
{
    private readonly Argument<string> _image;

    private readonly Option<string[]> _parentPath = new("--parent-path")
    {
        Description = "Also look for parents in this folder. May be given more than once.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<PathMapping[]> _map = MapOption();

    private readonly Option<bool> _noReplay = new("--no-replay")
    {
        Description = "Show the disk as it is without its pending log.",
    };

    private readonly Option<bool> _allowAtime = AllowAtimeOption();

    private readonly Option<bool> _forceShare = new("--force-share")
    {
        Description = "Read the image even while another program writes it.",
    };

    /// <param name="name">Of the argument.</param>
    /// <param name="description">Ends with a full stop.</param>
    public ImageArguments(string name = "IMAGE", string description = "The VHDX or AVHDX image.") =>
        _image = new Argument<string>(name) { Description = description };

    /// <summary>Whether the image may be left out.</summary>
    public bool IsOptional
    {
        init => _image.Arity = value ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
    }

    /// <summary>Where Windows folders are here.</summary>
    public static Option<PathMapping[]> MapOption() => new("--map")
    {
        Description = @"Where a Windows folder is here, as 'C:\VMs=/evidence'. May be given more than once.",
        HelpName = "WINDOWS=FOLDER",
        CustomParser = ParseMappings,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Whether an access time may change.</summary>
    public static Option<bool> AllowAtimeOption() => new("--allow-atime")
    {
        Description = "Read the image even if that changes its access time.",
    };

    private readonly Option<bool> _bestEffort = new("--best-effort")
    {
        Description = "Read what can be read of a damaged image: a corrupt log is left out, a parent of another "
            + "identity is taken when no other is found, and what a missing parent should hold can't be read.",
    };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_image);
        command.Options.Add(_parentPath);
        command.Options.Add(_map);
        command.Options.Add(_noReplay);
        command.Options.Add(_allowAtime);
        command.Options.Add(_forceShare);
        command.Options.Add(_bestEffort);
    }

    public string ImageOf(ParseResult parsed) => parsed.GetRequiredValue(_image);

    /// <summary>Whether the image was named, where it needn't be.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_image) is { Tokens.Count: > 0 };

    /// <summary>Opens the image alone.</summary>
    /// <exception cref="VhdxException">It can't be opened.</exception>
    public LinuxFile OpenFile(ParseResult parsed) => LinuxFile.OpenRead(ImageOf(parsed), FileOptionsOf(parsed));

    /// <summary>Opens the image and its parents for reading.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="opened">Told of each image.</param>
    /// <param name="tried">Told of each place where a parent was looked for.</param>
    /// <exception cref="VhdxException">One of them can't be opened.</exception>
    public DifferencingChain OpenChain(
        ParseResult parsed, Action<VhdxImage>? opened = null, Action<ParentCandidate>? tried = null)
    {
        FileOpenOptions fileOptions = FileOptionsOf(parsed);
        LinuxFile file = LinuxFile.OpenRead(ImageOf(parsed), fileOptions);
        OpenOptions options = OptionsOf(parsed) with { Opened = opened, ParentTried = tried };
        return DifferencingChain.Open(file, new LinuxParentSource(fileOptions), options);
    }

    /// <summary>Opens what a mount shows, writable as asked for.</summary>
    /// <exception cref="VhdxException">An image can't be opened.</exception>
    public MountedDisk OpenDisk(ParseResult parsed, WriteRequest request)
    {
        string image = ImageOf(parsed);
        if (request.IsNone)
        {
            return new MountedDisk(OpenChain(parsed), image) { IsBestEffort = IsBestEffort(parsed) };
        }

        FileOpenOptions fileOptions = FileOptionsOf(parsed);
        OpenOptions options = OptionsOf(parsed) with
        {
            Access = ImageAccess.ReadWrite,
            ResetLog = request.ResetsLog,
        };
        DifferencingChain chain = request.Overlay is { } place
            ? Overlay.Open(place, image, fileOptions, options)
            : DifferencingChain.Open(
                LinuxFile.OpenWrite(image, fileOptions), new LinuxParentSource(fileOptions), options);
        return new MountedDisk(chain, image) { HasOverlay = request.Overlay is not null };
    }

    /// <summary>Opens the image for changing it, and its parents for reading.</summary>
    /// <exception cref="ProgramException">Usage: an option that is only for reading.</exception>
    /// <exception cref="VhdxException">One of them can't be opened.</exception>
    public DifferencingChain OpenForChange(ParseResult parsed, bool resetsLog)
    {
        OptionsForChange(parsed);
        var request = new WriteRequest { IntoImage = true, Overlay = null, ResetsLog = resetsLog };
        return OpenDisk(parsed, request).Chain;
    }

    /// <summary>How images are opened that are changed.</summary>
    /// <exception cref="ProgramException">Usage: an option that is only for reading.</exception>
    public OpenOptions OptionsForChange(ParseResult parsed)
    {
        if (LogPolicyOf(parsed) == LogPolicy.Ignore)
        {
            throw new ProgramException(
                ExitCode.Usage, "--no-replay is for reading: it would leave the log out for good");
        }

        if (IsBestEffort(parsed))
        {
            throw new ProgramException(ExitCode.Usage, "--best-effort is for reading: a damaged image isn't changed");
        }

        if (FileOptionsOf(parsed).ForceShare)
        {
            throw new ProgramException(ExitCode.Usage, "--force-share is for reading: an image has one writer");
        }

        return OptionsOf(parsed);
    }

    public bool IsBestEffort(ParseResult parsed) => parsed.GetValue(_bestEffort);

    public LogPolicy LogPolicyOf(ParseResult parsed) =>
        parsed.GetValue(_noReplay) ? LogPolicy.Ignore : LogPolicy.ReplayInMemory;

    public FileOpenOptions FileOptionsOf(ParseResult parsed) => new()
    {
        AllowAccessTimeUpdate = parsed.GetValue(_allowAtime),
        ForceShare = parsed.GetValue(_forceShare),
    };

    public OpenOptions OptionsOf(ParseResult parsed) => new()
    {
        Log = LogPolicyOf(parsed),
        BestEffort = IsBestEffort(parsed),
        ParentFolders = parsed.GetValue(_parentPath) ?? [],
        Mappings = parsed.GetValue(_map) ?? [],
    };

    private static PathMapping[] ParseMappings(ArgumentResult result)
    {
        var mappings = new List<PathMapping>(result.Tokens.Count);
        foreach (Token token in result.Tokens)
        {
            if (PathMapping.TryParse(token.Value, out PathMapping mapping))
            {
                mappings.Add(mapping);
            }
            else
            {
                result.AddError($@"--map takes WINDOWS=FOLDER, as in 'C:\VMs=/evidence', not '{token.Value}'");
            }
        }

        return [.. mappings];
    }
}
