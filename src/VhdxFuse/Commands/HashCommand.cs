using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using VhdxFuse.Disk;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Commands;

/// <summary>Hashes the disk in an image, or the image file, or both.</summary>
internal sealed class HashCommand
{
    public const string Name = "hash";

    private const string Disk = "disk";
    private const string ImageFile = "image";
    private const string Both = "both";

    /// <summary>The disk's name in the lines: that in a mount, where they can be checked.</summary>
    private const string DiskName = DiskTree.DiskName;

    private const string Default = "sha256";
    private const long LeastPieceBytes = 1 << 20;

    private readonly ImageArguments _image = new();

    private readonly Option<string[]> _algorithm = new("--algorithm")
    {
        Description = $"One of {string.Join(", ", RunningHash.Names)}; may be given more than once: all are made in "
            + $"one pass. Default: {Default}.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _of = new("--of")
    {
        Description = "What is hashed: disk, image (the file as it lies there) or both. Default: what --check needs, "
            + "else disk.",
        HelpName = "disk|image|both",
    };

    private readonly Option<long> _piece = new("--piece")
    {
        Description = "Also hash each piece of this size by itself, as 1G; at least 1M.",
        HelpName = "SIZE",
        CustomParser = ParsePiece,
    };

    private readonly Option<string[]> _expect = new("--expect")
    {
        Description = "A hash that must be among the results, else the exit code is 5. Its length tells the algorithm. "
            + "May be given more than once.",
        HelpName = "HEX",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _check = new("--check")
    {
        Description = $"Expect what the lines of this file say of the image (by its file name) and of {DiskName}; the "
            + "exit code is 5 if it is otherwise.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON." };

    private HashCommand()
    {
        _algorithm.AcceptOnlyFromAmong(RunningHash.Names);
        _of.AcceptOnlyFromAmong(Disk, ImageFile, Both);
        _expect.Validators.Add(RefuseOddHashes);
    }

    public static Command Create()
    {
        var hash = new HashCommand();
        var command = new Command(
            Name,
            "Hash the disk in an image, its pending log replayed, or the image file. The lines are those of sha256sum; "
                + $"the disk's name in them is {DiskName}, so that they can be checked in a mount.");
        hash._image.AddTo(command);
        foreach (Option option in (Option[])
            [hash._algorithm, hash._of, hash._piece, hash._expect, hash._check, hash._json])
        {
            command.Options.Add(option);
        }

        command.SetAction(hash.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        List<ExpectedHash> expected = ExpectedBy(parsed);
        HashDocument document = Hash(parsed, expected);
        ExpectedHash? missing = expected.Find(hash => !hash.IsIn(document));
        if (parsed.GetValue(_json))
        {
            document = document with { Matches = expected.Count == 0 ? null : missing is null };
            OutputJson.Print(document, OutputJson.Default.HashDocument);
        }
        else
        {
            Print(document.File, document.Image);
            Print(document.Disk, DiskName);
        }

        return missing is null
            ? (int)ExitCode.Fine
            : throw new ProgramException(
                ExitCode.VerificationFailed,
                $"{OneLine.Escape(document.Image)}: the hash isn't the expected {missing.Hex.ToLowerInvariant()}");
    }

    private List<ExpectedHash> ExpectedBy(ParseResult parsed)
    {
        List<ExpectedHash> expected =
            [.. parsed.GetRequiredValue(_expect).Select(hex => new ExpectedHash(null, RunningHash.NameOf(hex)!, hex))];
        if (parsed.GetValue(_check) is { } path)
        {
            string image = Path.GetFileName(_image.ImageOf(parsed));
            int before = expected.Count;
            foreach (SumLine line in LinesOf(path, image))
            {
                string name = Path.GetFileName(line.Name);
                bool isDisk = string.Equals(name, DiskName, StringComparison.Ordinal);
                if (isDisk || string.Equals(name, image, StringComparison.Ordinal))
                {
                    expected.Add(new ExpectedHash(isDisk, line.Algorithm, line.Hex));
                }
            }

            if (expected.Count == before)
            {
                throw new ProgramException(
                    ExitCode.Usage,
                    $"{OneLine.Escape(path)}: has no line for {OneLine.Escape(image)} or for {DiskName}");
            }
        }

        return expected;
    }

    private static List<SumLine> LinesOf(string path, string image)
    {
        var lines = new List<SumLine>();
        try
        {
            foreach ((int index, string text) in File.ReadLines(path).Index())
            {
                if (SumLine.TryParse(text, out SumLine line))
                {
                    lines.Add(line);
                }
                else if (SumLine.Mentions(text, image) || SumLine.Mentions(text, DiskName))
                {
                    // Passed over, it would look as if it had been checked.
                    throw new ProgramException(
                        ExitCode.Usage,
                        $"{OneLine.Escape(path)}: line {index + 1} is no checksum that can be checked: "
                        + $"'{OneLine.Escape(text)}'");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException(ExitCode.CannotOpen, OneLine.Escape(e.Message));
        }

        return lines;
    }

    private HashDocument Hash(ParseResult parsed, List<ExpectedHash> expected)
    {
        string image = _image.ImageOf(parsed);
        string of = parsed.GetValue(_of) ?? NeededFor(expected);
        string[] algorithms = AlgorithmsOf(parsed, expected);
        RefuseWhatIsNotHashed(expected, of, algorithms);
        long piece = parsed.GetValue(_piece);
        if (of is ImageFile)
        {
            // The file alone, whatever it holds.
            using LinuxFile file = _image.OpenFile(parsed);
            return new HashDocument { Image = image, File = Hash(HashSource.Of(file), "image", algorithms, piece) };
        }

        using DifferencingChain chain = _image.OpenChain(parsed);
        return new HashDocument
        {
            Image = image,
            File = of is Both
                ? Hash(HashSource.Of(chain.Layers[^1].Source), "image", algorithms, piece)
                : null,
            Disk = Hash(HashSource.Of(chain.Disk), "disk", algorithms, piece),
        };
    }

    /// <summary>Refuses to expect what isn't computed: that it is missing would say nothing of the image.</summary>
    private static void RefuseWhatIsNotHashed(List<ExpectedHash> expected, string of, string[] algorithms)
    {
        if (expected.Find(hash => (hash.IsOfDisk, of) is (true, ImageFile) or (false, Disk)) is { } line)
        {
            throw new ProgramException(
                ExitCode.Usage,
                $"--check has a line for the {(line.IsOfDisk == true ? Disk : "image file")}, and --of {of} leaves "
                + "that out: use --of both, or no --of");
        }

        if (expected.Find(hash => !Array.Exists(algorithms, name => RunningHash.Fits(name, hash.Hex))) is { } odd)
        {
            throw new ProgramException(
                ExitCode.Usage,
                $"--expect {odd.Hex} is as long as a hash of {odd.Algorithm}, and --algorithm doesn't name that: add "
                + $"--algorithm {odd.Algorithm}");
        }
    }

    /// <summary>What has to be hashed when that wasn't said.</summary>
    private static string NeededFor(List<ExpectedHash> expected)
    {
        bool needsFile = expected.Exists(hash => hash.IsOfDisk == false);
        return !needsFile ? Disk : expected.TrueForAll(hash => hash.IsOfDisk == false) ? ImageFile : Both;
    }

    private static HashResult Hash(HashSource source, string name, string[] algorithms, long pieceBytes)
    {
        var pieces = new List<HashPiece>();
        using var hasher = new DiskHasher(source, algorithms, pieceBytes, pieces.Add);
        IReadOnlyDictionary<string, string> hashes =
            ProgressBar.Run($"hashing the {name}", source.LengthBytes, hasher.Run);
        return new HashResult(source.LengthBytes, hashes, pieceBytes == 0 ? null : pieces);
    }

    private static void Print(HashResult? result, string name)
    {
        if (result is null)
        {
            return;
        }

        // As remarks: those who check the lines pass over them.
        foreach (HashPiece piece in result.Pieces ?? [])
        {
            foreach ((string algorithm, string hex) in piece.Hashes)
            {
                Console.Out.WriteLine($"# piece at 0x{piece.Offset:x}, {piece.Length} bytes: {algorithm} {hex}");
            }
        }

        foreach ((string algorithm, string hex) in result.Hashes)
        {
            var line = new SumLine(algorithm, hex, name);
            Console.Out.WriteLine(result.Hashes.Count == 1 ? line.Plain : line.Tagged);
        }
    }

    private string[] AlgorithmsOf(ParseResult parsed, List<ExpectedHash> expected)
    {
        string[] named = parsed.GetRequiredValue(_algorithm);

        // A file of sums says what made each; that of --expect is only guessed.
        string[] needed =
        [
            .. named,
            .. expected.Where(hash => named.Length == 0 || hash.IsOfDisk is not null).Select(hash => hash.Algorithm),
        ];
        return needed.Length == 0 ? [Default] : [.. needed.Distinct(StringComparer.Ordinal)];
    }

    private static void RefuseOddHashes(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            if (RunningHash.NameOf(token.Value) is null)
            {
                result.AddError($"--expect takes a hash in hexadecimal, not '{token.Value}'");
            }
        }
    }

    private static long ParsePiece(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!Sizes.TryParse(text, out long bytes) || bytes < LeastPieceBytes)
        {
            result.AddError($"--piece takes a size of 1M or more, not '{text}'");
        }

        return bytes;
    }
}
