using System;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>The content of a log entry, for people.</summary>
internal static class LogContentText
{
    public static void Print(LogContentDocument content)
    {
        LogEntryDocument entry = content.Entry;
        Row("entry", $"0x{entry.LogOffset:x} in the log, 0x{entry.FileOffset:x} in the file; {entry.State}");
        Row("sequence number", $"{entry.SequenceNumber}");
        Row("length", $"{entry.Length} bytes");
        Row("tail", $"0x{entry.Tail:x}");
        Row("log guid", entry.LogGuid);
        Row("file size", $"0x{entry.FlushedFileOffset:x} durable, 0x{entry.LastFileOffset:x} needed");
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"writes",-6} {"offset",18} {"length",12}  structure");
        foreach (LogUpdateDocument update in content.Updates)
        {
            string offset = $"0x{update.Offset:x}";
            string length = $"0x{update.Length:x}";
            string name = OneLine.Escape(update.Structure ?? "not known: the image can't be opened");
            Console.Out.WriteLine($"{update.Kind,-6} {offset,18} {length,12}  {name}");
            foreach (ChangedBytesDocument changed in update.Changed ?? [])
            {
                Console.Out.WriteLine($"  {$"0x{changed.Offset:x}",16}  - {Spaced(changed.Before)}");
                Console.Out.WriteLine($"  {"",16}  + {Spaced(changed.After)}");
            }
        }
    }

    private static string Spaced(string hex)
    {
        var words = new string[hex.Length / 2];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = hex.Substring(i * 2, 2);
        }

        return string.Join(' ', words);
    }

    private static void Row(string name, string value) => Console.Out.WriteLine($"{name + ':',-17}{value}");
}
