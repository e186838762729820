using System;
using System.CommandLine;
using System.IO;
using System.Text;
using System.Text.Json;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Commands;

/// <summary>Says which parts of the disk are stored, and where. Rows go out as they are found.</summary>
internal static class MapCommand
{
    private const int FlushRows = 1000;
    private const int PlainWidth = 72;
    private const int BracketWidth = 2;
    private const string StandardOutput = "-";

    public const string Name = "map";

    public static Command Create()
    {
        var image = new ImageArguments();
        var json = new Option<bool>("--json") { Description = "Write JSON, with the fields of qemu-img map." };
        var svg = new Option<string?>("--svg")
        {
            Description = "Draw the map into this file, as a picture for a browser; - is stdout.",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Replace the file of --svg." };
        var command = new Command(Name, "Say which parts of the disk are stored, and where.");
        image.AddTo(command);
        command.Options.Add(json);
        command.Options.Add(svg);
        command.Options.Add(force);
        command.SetAction(parsed =>
        {
            string? picture = parsed.GetValue(svg);
            if (picture is not null && parsed.GetValue(json))
            {
                throw new ProgramException(ExitCode.Usage, "--svg and --json are two forms of the map: choose one");
            }

            using DifferencingChain chain = image.OpenChain(parsed);
            if (picture is not null)
            {
                WritePicture(chain, picture, parsed.GetValue(force));
            }
            else if (parsed.GetValue(json))
            {
                PrintJson(chain);
            }
            else
            {
                PrintTable(chain);
            }

            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static void WritePicture(DifferencingChain chain, string path, bool replaces)
    {
        if (path is StandardOutput)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(Encoding.UTF8.GetBytes(DiskPicture.Draw(chain)));
            return;
        }

        using NewFile made = NewFile.Begin(path, replaces);
        made.File.Write(new FileOffset(0), Encoding.UTF8.GetBytes(DiskPicture.Draw(chain)));
        made.File.Flush();
        made.Publish();
    }

    private static void PrintTable(DifferencingChain chain)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        bool isTerminal = !Console.IsOutputRedirected;
        int width = isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth - BracketWidth : PlainWidth;
        output.WriteLine($"[{DiskBar.Draw(chain.Disk, chain.Layers.Count, width, isTerminal && Colours.AreWanted)}]");
        output.WriteLine("  # stored   . zero   (space) absent   ! unreadable");
        output.WriteLine();
        output.WriteLine($"{"start",16} {"length",16} {"kind",-10} {"offset",16}  file");
        foreach (DiskExtent extent in chain.Disk.Extents(0, chain.Disk.LengthBytes))
        {
            bool data = extent.Kind == DiskExtentKind.Data;
            string offset = data ? $"0x{extent.FileOffset.Value:x}" : "";
            string file = extent.Defect is { } defect ? defect.Message
                : extent.Kind == DiskExtentKind.Absent ? "" : OneLine.Escape(chain.Layers[extent.Layer].Path);
            string kind = Documents.Name(extent.Kind);
            string start = $"0x{extent.DiskOffset:x}";
            string length = $"0x{extent.LengthBytes:x}";
            output.WriteLine($"{start,16} {length,16} {kind,-10} {offset,16}  {file}".TrimEnd());
        }
    }

    private static void PrintJson(DifferencingChain chain)
    {
        using Stream output = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartArray();
        int rows = 0;
        foreach (DiskExtent extent in chain.Disk.Extents(0, chain.Disk.LengthBytes))
        {
            bool data = extent.Kind is DiskExtentKind.Data or DiskExtentKind.Unreadable;
            writer.WriteStartObject();
            writer.WriteNumber("start", extent.DiskOffset);
            writer.WriteNumber("length", extent.LengthBytes);
            writer.WriteNumber("depth", chain.Layers.Count - 1 - extent.Layer);
            writer.WriteBoolean("present", extent.Kind != DiskExtentKind.Absent);
            writer.WriteBoolean("zero", !data);
            writer.WriteBoolean("data", data);
            writer.WriteBoolean("compressed", false);
            if (extent.Kind == DiskExtentKind.Data)
            {
                writer.WriteNumber("offset", extent.FileOffset.Value);
                writer.WriteString("filename", chain.Layers[extent.Layer].Path);
            }

            if (extent.Defect is { } defect)
            {
                writer.WriteString("error", defect.Message);
            }

            writer.WriteEndObject();
            if (++rows % FlushRows == 0)
            {
                writer.Flush();
            }
        }

        writer.WriteEndArray();
        writer.Flush();
        output.Write("\n"u8);
    }
}
