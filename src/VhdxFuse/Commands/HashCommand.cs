using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Text.Json;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Commands;

/// <summary>Hashes the disk in an image.</summary>
internal static class HashCommand
{
    public const string Name = "hash";

    public static Command Create()
    {
        var image = new ImageArguments();
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var algorithm = new Option<string[]>("--algorithm")
        {
            Description = "sha256, sha1 or md5; may be given more than once, the disk is read only once.",
            HelpName = "NAME",
            DefaultValueFactory = _ => ["sha256"],
        };
        algorithm.AcceptOnlyFromAmong("sha256", "sha1", "md5");
        var command = new Command(Name, "Hash the disk in an image, its pending log replayed.");
        image.AddTo(command);
        command.Options.Add(algorithm);
        command.Options.Add(json);
        command.SetAction(parsed => Run(image, parsed, parsed.GetRequiredValue(algorithm), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ImageArguments image, ParseResult parsed, string[] algorithms, bool json)
    {
        using DifferencingChain chain = image.OpenChain(parsed);
        using var hasher = new DiskHasher(chain.Disk, algorithms);
        IReadOnlyDictionary<string, string> hashes = ProgressBar.Run("hashing", chain.Disk.LengthBytes, hasher.Run);
        string name = image.ImageOf(parsed);
        if (json)
        {
            var document = new HashDocument(name, chain.Disk.LengthBytes, hashes);
            Console.Out.WriteLine(JsonSerializer.Serialize(document, OutputJson.Default.HashDocument));
            return (int)ExitCode.Fine;
        }

        foreach ((string algorithm, string hex) in hashes)
        {
            string line = $"{hex}  {OneLine.Escape(name)}";
            Console.Out.WriteLine(hashes.Count == 1 ? line : $"{algorithm} {line}");
        }

        return (int)ExitCode.Fine;
    }
}
