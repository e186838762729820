using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using VhdxFuse.Output;
using VhdxFuse.Partitions;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Commands;

/// <summary>Says what an image and its parents are.</summary>
internal static class InfoCommand
{
    private static readonly IReadOnlyDictionary<string, string> NoPairs =
        new Dictionary<string, string>(StringComparer.Ordinal);

    private const int BranchWidth = 3;

    public const string Name = "info";

    public static Command Create()
    {
        var image = new ImageArguments();
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command(Name, "Say what an image and its parents are.");
        image.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed => Run(image, parsed, parsed.GetValue(json)));
        return command;
    }

    private static int Run(ImageArguments image, ParseResult parsed, bool json)
    {
        try
        {
            using DifferencingChain chain = image.OpenChain(parsed);
            Print(InfoDocument.Of(chain, PartitionReader.Read(chain.Disk), measure: true), json);
            return (int)ExitCode.Fine;
        }
        catch (VhdxException e) when (ErrorTable.For(e.Kind).Exit == ExitCode.Parent)
        {
            // What can be said of the child alone is said; that its parent is missing is still the outcome.
            using LinuxFile file = image.OpenFile(parsed);
            using VhdxImage child = VhdxImage.Open(file, new OpenOptions { Log = image.LogPolicyOf(parsed) });
            Print(InfoDocument.OfIncomplete(child), json);
            throw;
        }
    }

    private static void Print(InfoDocument info, bool json)
    {
        if (json)
        {
            OutputJson.Print(info, OutputJson.Default.InfoDocument);
            return;
        }

        Row("disk", $"{Sizes.Human(info.VirtualSize)} ({info.VirtualSize} bytes)");
        if (info.AllocatedBytes is { } allocated)
        {
            string share = (100.0 * allocated / info.VirtualSize).ToString("0.##", CultureInfo.InvariantCulture);
            Row("stored", $"{Sizes.Human(allocated)} ({allocated} bytes), {share} % of the disk");
        }

        PrintChain(info);
        PrintPartitions(info.PartitionTable);

        for (int i = info.Layers.Count - 1; i >= 0; i--)
        {
            Console.Out.WriteLine();
            PrintLayer(info.Layers[i]);
        }
    }

    /// <summary>The files of a chain, each standing on the one below it; nothing for an image that stands alone.
    /// </summary>
    private static void PrintChain(InfoDocument info)
    {
        int last = info.Layers.Count - 1;
        for (int i = last; i >= 0 && (last > 0 || !info.ChainComplete); i--)
        {
            LayerDocument layer = info.Layers[i];
            string branch = i == last ? "" : $"{new string(' ', (last - i - 1) * BranchWidth)}└─ ";
            string size = layer.File is { } file ? $", {Sizes.Human(file.Size)}" : "";
            Row(i == last ? "chain" : "", $"{branch}{Path.GetFileName(layer.Path)} ({layer.Type}{size})");
        }

        if (!info.ChainComplete)
        {
            Row("", $"{new string(' ', last * BranchWidth)}└─ (its parent is missing)");
        }
    }

    private static void PrintPartitions(PartitionTableDocument? table)
    {
        if (table is null)
        {
            return;
        }

        Row("partition table", table.Id is null ? table.Scheme : $"{table.Scheme}, id {table.Id}");
        foreach (PartitionDocument partition in table.Partitions)
        {
            string active = partition.Active ? ", active" : "";
            string name = partition.Name is null ? "" : $", '{partition.Name}'";
            Row(
                $"partition {partition.Number}",
                $"at 0x{partition.Start:x}, {Sizes.Human(partition.Size)} ({partition.Size} bytes), "
                + $"{partition.TypeName ?? partition.Type}{name}{active}");
        }

        foreach (string note in table.Notes)
        {
            Row("note", note);
        }
    }

    private static void PrintLayer(LayerDocument layer)
    {
        Row("image", layer.Path);
        Row("type", layer.Type);
        Row("made by", layer.Creator);
        if (layer.File is { } file)
        {
            Row("file size", $"{Sizes.Human(file.Size)} ({file.Size} bytes)");
        }

        Row("block size", Sizes.Human(layer.BlockSize));
        Row("sectors", $"{layer.LogicalSectorSize} logical, {layer.PhysicalSectorSize} physical");
        Row("disk id", layer.VirtualDiskId);
        Row("data write guid", layer.DataWriteGuid);
        Row("file write guid", layer.FileWriteGuid);
        Row("header", $"sequence number {layer.HeaderSequenceNumber}");
        Row("log", LogText(layer.Log));
        foreach (RegionDocument region in layer.Regions)
        {
            Row("region", $"{region.Id} at 0x{region.Offset:x}, {Sizes.Human(region.Length)}");
        }

        foreach ((string key, string value) in layer.ParentLocator ?? NoPairs)
        {
            Row("parent", $"{OneLine.Escape(key)} = {value}");
        }

        foreach (AnomalyDocument anomaly in layer.Anomalies)
        {
            Row("note", anomaly.Detail);
        }
    }

    private static string LogText(LogDocument log) => log.Outcome switch
    {
        "clean" => "clean",
        "replay" => $"pending, replayed in memory: {log.EntriesReplayed} entries, {log.PagesReplayed} pages, " +
            $"{log.ZeroRangesReplayed} zero ranges",
        "nothingToReplay" => "named, but with nothing to replay",
        "ignored" => "pending, left out",
        _ => "named, but never written",
    };

    private static void Row(string name, string value) =>
        Console.Out.WriteLine($"{(name.Length == 0 ? name : name + ':'),-17}{OneLine.Escape(value)}");
}
