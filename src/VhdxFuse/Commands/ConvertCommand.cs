using System;
using System.CommandLine;
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
        bool isDevice = IsDevice(parsed, input, type);
        ConvertDocument done = ProgressBar.Run("converting", input.Source.LengthBytes ?? 0, report =>
        {
            using OutputDisk output = OpenOutput(parsed, input, type, isDevice);
            Transfer.Run(input.Source, output.Target, report);
            output.Publish();
            return DocumentOf(parsed, input, output, type);
        });
        Tell(parsed, done);
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
            throw Refused($"{InputName(parsed)}: is empty, and no disk");
        }

        if (size != 0 && input.Source.LengthBytes > size)
        {
            throw Refused($"{InputName(parsed)}: holds more than the {size} bytes that --size says");
        }
    }

    private bool IsDevice(ParseResult parsed, InputDisk input, string type)
    {
        string path = parsed.GetRequiredValue(_output);
        if (string.Equals(path, Dash, StringComparison.Ordinal)
            || !OutputDisk.IsDevice(path, input.Identities) || type is not Raw)
        {
            return false;
        }

        if (!parsed.GetValue(_new.Force))
        {
            throw Refused(
                $"{OneLine.Escape(path)}: is a device, and what is on it would be lost (--force writes to it)");
        }

        Log.WrittenInPlace(_log, path);
        return true;
    }

    private OutputDisk OpenOutput(ParseResult parsed, InputDisk input, string type, bool isDevice)
    {
        string path = parsed.GetRequiredValue(_output);
        if (string.Equals(path, Dash, StringComparison.Ordinal))
        {
            return OutputDisk.ToStandardOutput();
        }

        long size = _new.SizeOf(parsed);
        long length = size != 0 ? size : input.Source.LengthBytes ?? 0;
        if (isDevice)
        {
            return OutputDisk.ToDevice(path, length);
        }

        bool force = parsed.GetValue(_new.Force);
        if (type is Raw)
        {
            return OutputDisk.ToFile(path, force, file => new RawTarget(file, length));
        }

        CreateOptions options = ImageOptions(parsed, input.Geometry, length) with
        {
            Type = type is Fixed ? DiskType.Fixed : DiskType.Dynamic,
        };
        return OutputDisk.ToFile(path, force, file => Creator.Begin(file, options, new RandomGuidSource()));
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

    private ConvertDocument DocumentOf(ParseResult parsed, InputDisk input, OutputDisk output, string type)
    {
        long content = input.Source.LengthBytes!.Value;
        long asked = _new.SizeOf(parsed);
        long size = output.Image?.Geometry.DiskSizeBytes ?? long.Max(content, asked);
        return new ConvertDocument
        {
            Input = _input.ImageOf(parsed),
            InputFormat = input.Geometry is null ? Raw : "vhdx",
            Output = parsed.GetRequiredValue(_output),
            Type = type,
            VirtualSize = size,
            PaddedBytes = asked == 0 ? size - content : 0,
            BytesWritten = output.Target.DataBytes,
            BlockSize = output.Image?.Geometry.BlockSizeBytes,
            LogicalSectorSize = output.Image?.Geometry.LogicalSectorSizeBytes,
            Blocks = output.Image?.BlockCount,
            FileSize = output.Image is null ? null : output.FileBytes,
        };
    }

    private void Tell(ParseResult parsed, ConvertDocument done)
    {
        if (done.PaddedBytes > 0)
        {
            long content = done.VirtualSize - done.PaddedBytes;
            Log.Padded(_log, InputName(parsed), content, done.LogicalSectorSize!.Value, done.PaddedBytes);
        }

        if (parsed.GetValue(_new.Json))
        {
            OutputJson.Print(done, OutputJson.Default.ConvertDocument);
        }
        else if (!string.Equals(done.Output, Dash, StringComparison.Ordinal))
        {
            Console.Out.WriteLine(
                $"{OneLine.Escape(done.Output)}: {done.Type}, {Sizes.Human(done.VirtualSize)} "
                + $"({done.VirtualSize} bytes), {Sizes.Human(done.BytesWritten)} written");
        }
    }

    private string InputName(ParseResult parsed)
    {
        string path = _input.ImageOf(parsed);
        return string.Equals(path, Dash, StringComparison.Ordinal) ? "standard input" : OneLine.Escape(path);
    }

    private static ProgramException Refused(string why) => new(ExitCode.Usage, why);
}
