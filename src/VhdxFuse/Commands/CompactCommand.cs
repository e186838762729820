using System;
using System.CommandLine;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Makes an image's file as short as its content allows.</summary>
internal static class CompactCommand
{
    public const string Name = "compact";

    public static Command Create()
    {
        var image = new ImageArguments();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only say what would be gained: the image is read and not changed.",
        };
        var resetLog = new Option<bool>("--reset-log")
        {
            Description = "Compact also an image whose log is named but empty.",
        };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command(Name, "Make an image smaller in place; its disk stays as it is.");
        image.AddTo(command);
        command.Options.Add(dryRun);
        command.Options.Add(resetLog);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            bool isRehearsal = parsed.GetValue(dryRun);
            using DifferencingChain chain = isRehearsal
                ? image.OpenChain(parsed)
                : image.OpenForChange(parsed, parsed.GetValue(resetLog));
            CompactReport report = Run(chain, isRehearsal);
            Print(CompactDocument.Of(image.ImageOf(parsed), isRehearsal, report), parsed.GetValue(json));
            return (int)ExitCode.Fine;
        });
        return command;
    }

    private static CompactReport Run(DifferencingChain chain, bool isRehearsal) => ProgressBar.Run(
        isRehearsal ? "looking" : "compacting",
        report => Compactor.Compact(chain, new CompactOptions { IsRehearsal = isRehearsal, Progress = report }));

    private static void Print(CompactDocument document, bool json)
    {
        if (json)
        {
            OutputJson.Print(document, OutputJson.Default.CompactDocument);
            return;
        }

        Row("image", document.Image);
        Row("zero blocks", Given(document, document.ZeroBlocks));
        Row("kept places", Given(document, document.KeptPlaces));
        Row("sector bitmaps", Given(document, document.SectorBitmaps));
        string moved = document.DryRun ? "to move" : "moved";
        Row(moved, $"{document.MovedBlocks} blocks, {Sizes.Human(document.MovedBytes)}");
        Row("size before", $"{Sizes.Human(document.SizeBefore)} ({document.SizeBefore} bytes)");
        Row(
            document.DryRun ? "size would be" : "size now",
            $"{Sizes.Human(document.SizeAfter)} ({document.SizeAfter} bytes)");
    }

    private static string Given(CompactDocument document, long count) =>
        document.DryRun ? $"{count} to give up" : $"{count} given up";

    private static void Row(string name, string value) =>
        Console.Out.WriteLine($"{name + ':',-17}{OneLine.Escape(value)}");
}
