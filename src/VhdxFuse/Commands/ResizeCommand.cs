using System;
using System.CommandLine;
using VhdxFuse.Disk;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Gives the disk in an image another size.</summary>
internal sealed class ResizeCommand
{
    public const string Name = "resize";

    private readonly ImageArguments _image = new();

    private readonly Argument<string> _size = new("SIZE")
    {
        Description = "The new size, as in 64G; or what to add or take off, as in +10G or -512M. Bytes without a unit.",
    };

    private readonly Option<bool> _discardData = new("--discard-data")
    {
        Description = "Make the disk smaller even if that loses data.",
    };

    private readonly Option<bool> _breakChildren = new("--break-children")
    {
        Description = "Go on although differencing images name this one as their parent: they can't be used any more.",
    };

    private readonly Option<bool> _resetLog = new("--reset-log")
    {
        Description = "Resize also an image whose log is named but empty.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON." };

    public static Command Create()
    {
        var resize = new ResizeCommand();
        var command = new Command(Name, "Give the disk in an image another size, in place.");
        resize._image.AddTo(command);
        command.Arguments.Add(resize._size);
        command.Options.Add(resize._discardData);
        command.Options.Add(resize._breakChildren);
        command.Options.Add(resize._resetLog);
        command.Options.Add(resize._json);
        command.SetAction(resize.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using DifferencingChain chain = _image.OpenForChange(parsed, parsed.GetValue(_resetLog));
        long before = chain.Disk.LengthBytes;
        long size = SizeOf(parsed.GetRequiredValue(_size), before, chain.Disk.LogicalSectorSizeBytes);
        if (size != before && !parsed.GetValue(_breakChildren))
        {
            KnownChildren.Refuse(chain.Layers[^1], but: null, "isn't resized");
        }

        try
        {
            Resize(chain, size, parsed.GetValue(_discardData));
        }
        catch (Exception e) when (e is ProgramException or VhdxException { Kind: VhdxErrorKind.NoSpace })
        {
            chain.Close(); // between two steps, and the size is the old one
            throw;
        }

        chain.Close();
        var document = new ResizeDocument(_image.ImageOf(parsed), before, size);
        if (parsed.GetValue(_json))
        {
            OutputJson.Print(document, OutputJson.Default.ResizeDocument);
            return (int)ExitCode.Fine;
        }

        Console.Out.WriteLine($"size before:  {Sizes.Human(before)} ({before} bytes)");
        Console.Out.WriteLine($"size now:     {Sizes.Human(size)} ({size} bytes)");
        return (int)ExitCode.Fine;
    }

    private static void Resize(DifferencingChain chain, long size, bool discardsData)
    {
        long before = chain.Disk.LengthBytes;
        try
        {
            ProgressBar.Run("resizing", long.Abs(size - before), report =>
            {
                Resizer.Resize(chain, new ResizeOptions
                {
                    DiskSizeBytes = size,
                    DiscardsData = discardsData,
                    Report = report,
                });
                return size;
            });
        }
        catch (ProgramException e) when (e.Exit == ExitCode.Interrupted)
        {
            throw new ProgramException(
                e.Exit, $"{e.Message}: the disk still has {before} bytes, nothing on it was changed");
        }
    }

    private static long SizeOf(string text, long before, int sectorBytes)
    {
        const long maxBytes = 64L << 40;
        bool isChange = text is ['+' or '-', ..];
        if (!Sizes.TryParse(isChange ? text.AsSpan(1) : text, out long bytes))
        {
            throw new ProgramException(
                ExitCode.Usage, $"SIZE is a size as in 64G, +10G or -512M, not '{OneLine.Escape(text)}'");
        }

        long size = text[0] == '-' ? before - bytes : isChange ? unchecked(before + bytes) : bytes;
        return size > 0 && size <= maxBytes && size % sectorBytes == 0 ? size : throw new ProgramException(
            ExitCode.Usage,
            $"the disk has {before} bytes now, and can have any multiple of {sectorBytes} up to 64 TiB, not "
            + $"'{OneLine.Escape(text)}'");
    }
}
