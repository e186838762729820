using System;
using System.CommandLine;
using System.IO;
using VhdxFuse.Disk;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Makes an empty image.</summary>
internal sealed class CreateCommand
{
    public const string Name = "create";

    private const string Differencing = "differencing";

    private readonly Argument<string> _image = new("IMAGE") { Description = "The image to make." };

    private readonly NewImageArguments _new = new("Size of its disk, as 64G. With --parent it may be left out.");

    private readonly Option<string> _type = new("--type")
    {
        Description = "dynamic, fixed or differencing. Normally dynamic, or differencing with --parent.",
        HelpName = "TYPE",
    };

    private readonly Option<string> _parent = new("--parent")
    {
        Description = "The image that a differencing one is over. It is only read.",
        HelpName = "IMAGE",
    };

    private readonly Option<PathMapping[]> _map = ImageArguments.MapOption();

    private readonly Option<bool> _allowAtime = ImageArguments.AllowAtimeOption();

    public static Command Create()
    {
        var create = new CreateCommand();
        var command = new Command(
            Name, "Make an empty image. A parent is named from its folder, and with --map also as Windows does.");
        create._type.AcceptOnlyFromAmong("dynamic", "fixed", Differencing);
        command.Arguments.Add(create._image);
        command.Options.Add(create._type);
        command.Options.Add(create._parent);
        command.Options.Add(create._map);
        command.Options.Add(create._allowAtime);
        create._new.AddTo(command);
        command.SetAction(create.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_image);
        string? parentPath = parsed.GetValue(_parent);
        string? type = parsed.GetValue(_type);
        if (type is not null && (parentPath is not null) != type is Differencing)
        {
            throw new ProgramException(
                ExitCode.Usage, "a differencing image has a --parent, and no other type has one");
        }

        if (parentPath is null)
        {
            long size = _new.SizeOf(parsed);
            CreateOptions options = _new.OptionsOf(parsed, size) with
            {
                Type = type is "fixed" ? DiskType.Fixed : DiskType.Dynamic,
            };
            return size > 0
                ? Make(path, parsed, options)
                : throw new ProgramException(ExitCode.Usage, "--size is needed, as in --size 64G");
        }

        var access = new FileOpenOptions { AllowAccessTimeUpdate = parsed.GetValue(_allowAtime) };
        using VhdxImage parent = SingleImage.Open(LinuxFile.OpenRead(parentPath, access), new OpenOptions());
        return Make(path, parsed, ChildOptions(path, parsed, parent));
    }

    private CreateOptions ChildOptions(string path, ParseResult parsed, VhdxImage parent)
    {
        if (_new.SectorOptionIn(parsed) is { } option)
        {
            throw new ProgramException(ExitCode.Usage, $"{option} isn't for a differencing image: it has its parent's");
        }

        if (OutputIsParent(path, parent))
        {
            throw new ProgramException(ExitCode.Usage, $"{OneLine.Escape(path)}: is the parent itself");
        }

        NewImageArguments.CheckSize(_new.SizeOf(parsed), parent.Geometry.LogicalSectorSizeBytes);
        return _new.OptionsOf(parsed, diskSizeBytes: 0) with
        {
            DiskSizeBytes = _new.SizeOf(parsed),
            Type = DiskType.Differencing,
            Parent = NewImage.ReferenceTo(parent, path, parsed.GetValue(_map) ?? []),
        };
    }

    private int Make(string path, ParseResult parsed, CreateOptions options)
    {
        long fileBytes = NewImage.Make(path, parsed.GetValue(_new.Force), options);
        VhdxImage? parent = options.Parent?.Image;
        long size = options.DiskSizeBytes != 0 ? options.DiskSizeBytes : parent!.Geometry.DiskSizeBytes;
        if (parsed.GetValue(_new.Json))
        {
            var document = new CreateDocument(
                path,
                Documents.Name(options.Type),
                size,
                parent?.Path,
                options.Parent?.RelativePath,
                options.Parent?.AbsolutePath,
                fileBytes);
            OutputJson.Print(document, OutputJson.Default.CreateDocument);
        }
        else
        {
            string over = parent is null ? "" : $" over {OneLine.Escape(parent.Path)}";
            Console.Out.WriteLine(
                $"{OneLine.Escape(path)}: {Documents.Name(options.Type)}, {Sizes.Human(size)} ({size} bytes){over}");
        }

        return (int)ExitCode.Fine;
    }

    private static bool OutputIsParent(string path, VhdxImage parent)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var old = LinuxFile.OpenRead(path, new FileOpenOptions { AllowAccessTimeUpdate = true });
        return string.Equals(old.Identity, parent.Source.Identity, StringComparison.Ordinal);
    }
}
