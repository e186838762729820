using System;
using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VhdxFuse.Copying;
using VhdxFuse.Hosting;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Copies a disk into another kind of file.</summary>
internal sealed class ConvertCommand
{
    public const string Name = "convert";

    private const string Raw = "raw";
    private const string Fixed = "fixed";
    private const string Dash = InputDisk.StandardStream;

    private readonly ImageArguments _input = new(
        "IN", "The image, with its parents the whole chain, or a raw disk; - is a raw disk from standard input.");

    private readonly Argument<string> _output = new("OUT")
    {
        Description = "The file to make; - is a raw disk to standard output.",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "What IN is: vhdx or raw. Normally its ending and first bytes say so.",
        HelpName = "FORMAT",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "What OUT becomes: dynamic, fixed or raw. Normally by its ending; .vhdx is dynamic.",
        HelpName = "TYPE",
    };

    private readonly NewImageArguments _new = new("Size of the disk when IN is raw; zeros follow the content.");

    private readonly ILogger _log = StandardErrorLogger.Create(LogFormat.Text, LogLevel.Information);

    public static Command Create()
    {
        var convert = new ConvertCommand();
        convert._from.AcceptOnlyFromAmong(Raw, "vhdx");
        convert._to.AcceptOnlyFromAmong(Raw, "dynamic", Fixed);
        var command = new Command(
            Name, "Copy a disk from an image or a raw file into another; what is zeros takes no space there.");
        convert._input.AddTo(command);
        command.Arguments.Add(convert._output);
        command.Options.Add(convert._from);
        command.Options.Add(convert._to);
        convert._new.AddTo(command);
        command.SetAction(convert.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string type = TypeOf(parsed);
        using InputDisk input = OpenInput(parsed);
        CheckSize(parsed, input);
        using OutputDisk output = OpenOutput(parsed, input, type);
        ProgressBar.Run("converting", input.Source.LengthBytes ?? 0, report =>
        {
            Transfer.Run(input.Source, output.Target, report);
            output.Publish();
            return true;
        });
        Tell(parsed, input, output, type);
        return (int)ExitCode.Fine;
    }

    private string TypeOf(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(_output);
        bool isStream = string.Equals(output, Dash, StringComparison.Ordinal);
        string type = parsed.GetValue(_to)
            ?? (isStream || FormatGuess.OfOutput(output) == DiskFormat.Raw ? Raw : "dynamic");
        if (isStream && type is not Raw)
        {
            throw Refused($"a {type} image is not written from start to end; name a file for it, or say --to raw");
        }

        if (isStream && parsed.GetValue(_new.Json))
        {
            throw Refused("--json and the disk would both go to standard output");
        }

        return type is Raw && (_new.HasBlockSize(parsed) || _new.SectorOptionIn(parsed) is not null)
            ? throw Refused("a raw disk has neither blocks nor sectors; leave out --block-size and the sectors")
            : type;
    }

    private InputDisk OpenInput(ParseResult parsed)
    {
        string path = _input.ImageOf(parsed);
        string? from = parsed.GetValue(_from);
        if (string.Equals(path, Dash, StringComparison.Ordinal))
        {
            return from is null or Raw
                ? InputDisk.FromStandardInput(_new.SizeOf(parsed), isSurelyRaw: from is Raw)
                : throw Refused("an image is not read from start to end; name its file");
        }

        using (LinuxFile file = _input.OpenFile(parsed))
        {
            DiskFormat format = from is null ? FormatGuess.OfInput(file)
                : from is Raw ? DiskFormat.Raw : DiskFormat.Vhdx;
            if (format == DiskFormat.Raw)
            {
                return InputDisk.FromRaw(_input.OpenFile(parsed));
            }
        }

        DifferencingChain chain = _input.OpenChain(parsed);
        foreach (VhdxImage layer in chain.Layers)
        {
            if (layer.Log.Replay is { } replay)
            {
                Log.ReplayedInMemory(_log, layer.Path, replay.EntryCount);
            }
        }

        return InputDisk.FromImage(chain);
    }

    private void CheckSize(ParseResult parsed, InputDisk input)
    {
        long size = _new.SizeOf(parsed);
        if (input.Geometry is not null && (size != 0 || _new.SectorOptionIn(parsed) is not null))
        {
            throw Refused("an image's disk keeps its size and its sectors; --size and the sectors are for raw disks");
        }

        if (input.Source.LengthBytes is 0)
        {
            throw Refused($"{OneLine.Escape(_input.ImageOf(parsed))}: is empty, and no disk");
        }

        if (size != 0 && input.Source.LengthBytes > size)
        {
            throw Refused(
                $"{OneLine.Escape(_input.ImageOf(parsed))}: holds more than the {size} bytes that --size says");
        }
    }

    private OutputDisk OpenOutput(ParseResult parsed, InputDisk input, string type)
    {
        string path = parsed.GetRequiredValue(_output);
        long size = _new.SizeOf(parsed);
        if (string.Equals(path, Dash, StringComparison.Ordinal))
        {
            return OutputDisk.ToStandardOutput();
        }

        bool force = parsed.GetValue(_new.Force);
        bool isDevice = OutputDisk.IsDevice(path, input.Identities);
        long length = size != 0 ? size : input.Source.LengthBytes ?? 0;
        if (type is not Raw)
        {
            CreateOptions options = ImageOptions(parsed, input.Geometry, length) with
            {
                Type = type is Fixed ? DiskType.Fixed : DiskType.Dynamic,
            };
            return OutputDisk.ToFile(path, force, file => Creator.Begin(file, options, new RandomGuidSource()));
        }

        if (!isDevice)
        {
            return OutputDisk.ToFile(path, force, file => new RawTarget(file, length));
        }

        if (!force)
        {
            throw Refused(
                $"{OneLine.Escape(path)}: is a device, and what is on it would be lost (--force writes to it)");
        }

        Log.WrittenInPlace(_log, path);
        return OutputDisk.ToDevice(path, length);
    }

    private CreateOptions ImageOptions(ParseResult parsed, DiskGeometry? ofImage, long length)
    {
        if (ofImage is null)
        {
            CreateOptions options = _new.OptionsOf(parsed, diskSizeBytes: 0);
            int sector = options.LogicalSectorSizeBytes;
            long whole = _new.SizeOf(parsed) != 0 ? length : (length + sector - 1) / sector * sector;
            NewImageArguments.CheckSize(whole, sector);
            return options with { DiskSizeBytes = whole };
        }

        CreateOptions plain = _new.OptionsOf(parsed, diskSizeBytes: 0);
        return plain with
        {
            DiskSizeBytes = length,
            BlockSizeBytes = plain.BlockSizeBytes != 0 ? plain.BlockSizeBytes : ofImage.BlockSizeBytes,
            LogicalSectorSizeBytes = ofImage.LogicalSectorSizeBytes,
            PhysicalSectorSizeBytes = ofImage.PhysicalSectorSizeBytes,
        };
    }

    private void Tell(ParseResult parsed, InputDisk input, OutputDisk output, string type)
    {
        string name = parsed.GetRequiredValue(_output);
        long content = input.Source.LengthBytes!.Value;
        long size = output.Image?.Geometry.DiskSizeBytes ?? long.Max(content, _new.SizeOf(parsed));
        long padded = _new.SizeOf(parsed) == 0 ? size - content : 0;
        if (padded > 0)
        {
            Log.Padded(_log, _input.ImageOf(parsed), content, output.Image!.Geometry.LogicalSectorSizeBytes, padded);
        }

        if (parsed.GetValue(_new.Json))
        {
            var document = new ConvertDocument
            {
                Input = _input.ImageOf(parsed),
                InputFormat = input.Geometry is null ? Raw : "vhdx",
                Output = name,
                Type = type,
                VirtualSize = size,
                PaddedBytes = padded,
                BytesWritten = output.Target.DataBytes,
                BlockSize = output.Image?.Geometry.BlockSizeBytes,
                LogicalSectorSize = output.Image?.Geometry.LogicalSectorSizeBytes,
                Blocks = output.Image?.BlockCount,
                FileSize = output.Image is null ? null : output.FileBytes,
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(document, OutputJson.Default.ConvertDocument));
        }
        else if (!string.Equals(name, Dash, StringComparison.Ordinal))
        {
            Console.Out.WriteLine($"{OneLine.Escape(name)}: {type}, {Sizes.Human(size)} ({size} bytes), "
                + $"{Sizes.Human(output.Target.DataBytes)} written");
        }
    }

    private static ProgramException Refused(string why) => new(ExitCode.Usage, why);
}
