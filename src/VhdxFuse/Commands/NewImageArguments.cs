using System.CommandLine;
using System.Globalization;
using System.Numerics;
using VhdxFuse.Output;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>The options that say what a new image is like: the same for every command that makes one.</summary>
internal sealed class NewImageArguments
{
    private const long MinBlockBytes = 1L << 20;
    private const long MaxBlockBytes = 256L << 20;
    private const long MaxDiskBytes = 64L << 40;

    private readonly Option<long> _size;

    private readonly Option<long> _blockSize = SizeOption.Create(
        "--block-size",
        "Size of its blocks: a power of two from 1M to 256M. Normally 32M, or that of the image it comes from.");

    private readonly Option<string> _logicalSector = SectorOption(
        "--logical-sector", "Bytes in a sector of its disk: 512 or 4096. Normally 512.");

    private readonly Option<string> _physicalSector = SectorOption(
        "--physical-sector", "Bytes in a physical sector that a guest is told: 512 or 4096. Normally 4096.");

    /// <param name="sizeDescription">What the option for the disk's size is for.</param>
    public NewImageArguments(string sizeDescription) => _size = SizeOption.Create("--size", sizeDescription);

    public Option<bool> Force { get; } = new("--force") { Description = "Replace a file of that name." };

    public Option<bool> Json { get; } = new("--json") { Description = "Write JSON." };

    public void AddTo(Command command)
    {
        command.Options.Add(_size);
        command.Options.Add(_blockSize);
        command.Options.Add(_logicalSector);
        command.Options.Add(_physicalSector);
        command.Options.Add(Force);
        command.Options.Add(Json);
    }

    public long SizeOf(ParseResult parsed) => parsed.GetValue(_size);

    /// <summary>The first of the options given that are only for a raw disk's content or an image of its own; null for
    /// none.</summary>
    public string? SectorOptionIn(ParseResult parsed) =>
        parsed.GetValue(_logicalSector) is not null ? _logicalSector.Name
        : parsed.GetValue(_physicalSector) is not null ? _physicalSector.Name : null;

    public bool HasBlockSize(ParseResult parsed) => parsed.GetValue(_blockSize) != 0;

    /// <summary>What is asked for, with the sizes of a VHDX where nothing is.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="diskSizeBytes">Of the disk.</param>
    /// <exception cref="ProgramException">Usage: no image can be so.</exception>
    public CreateOptions OptionsOf(ParseResult parsed, long diskSizeBytes)
    {
        long block = parsed.GetValue(_blockSize);
        if (block != 0 && (!BitOperations.IsPow2(block) || block is < MinBlockBytes or > MaxBlockBytes))
        {
            throw Refused($"--block-size is {Sizes.Human(block)}; a VHDX has a power of two from 1M to 256M");
        }

        var plain = new CreateOptions();
        int logical = BytesOf(parsed.GetValue(_logicalSector), plain.LogicalSectorSizeBytes);
        CheckSize(diskSizeBytes, logical);
        return plain with
        {
            DiskSizeBytes = diskSizeBytes,
            BlockSizeBytes = (int)block,
            LogicalSectorSizeBytes = logical,
            PhysicalSectorSizeBytes = BytesOf(parsed.GetValue(_physicalSector), plain.PhysicalSectorSizeBytes),
        };
    }

    /// <summary>Says what a disk's size must be.</summary>
    /// <exception cref="ProgramException">Usage: it is none.</exception>
    public static void CheckSize(long diskSizeBytes, int logicalSectorBytes)
    {
        if (diskSizeBytes % logicalSectorBytes != 0)
        {
            throw Refused($"a disk of {diskSizeBytes} bytes is no whole number of sectors of {logicalSectorBytes}");
        }

        if (diskSizeBytes > MaxDiskBytes)
        {
            throw Refused($"a disk of {Sizes.Human(diskSizeBytes)} is larger than a VHDX can hold: 64 TiB");
        }
    }

    private static ProgramException Refused(string why) => new(ExitCode.Usage, why);

    private static int BytesOf(string? text, int otherwise) =>
        text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);

    private static Option<string> SectorOption(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "BYTES" };
        option.AcceptOnlyFromAmong("512", "4096");
        return option;
    }
}
