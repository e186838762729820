using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

public sealed class BadInputTests
{
    private const string Own = "own"; // made by MakeBad

    [ProgramTheory(Need.None)]
    [InlineData("missing", 2)]
    [InlineData("folder", 2)]
    [InlineData("fifo", 2)]
    [InlineData("device", 2)]
    [InlineData("empty", 2)]
    [InlineData("random", 2)]
    [InlineData("vhd", 2)]
    [InlineData("cut", 3)]
    [InlineData("child", 4)]
    [InlineData("descriptor", 2)]
    public async Task What_is_no_readable_image_costs_one_line_and_the_right_code(string kind, int exit)
    {
        await using var box = new Sandbox();
        string image = await MakeBad(box, kind);
        Finished command = await box.Run(image, box.Point);
        Assert.Equal((exit, ""), (command.ExitCode, command.Output));
        Assert.StartsWith($"vhdxfuse: {image}: ", command.OnlyLine, StringComparison.Ordinal);
        Assert.True(command.Took < TimeSpan.FromSeconds(2), $"took {command.Took}");
        Assert.False(box.IsMounted);
    }

    [ProgramTheory(Need.None)]
    [InlineData("", "IMAGE and MOUNTPOINT are needed")]
    [InlineData("disk.vhdx", "IMAGE and MOUNTPOINT are needed")]
    [InlineData("disk.vhdx mnt more", "unexpected argument 'more'")]
    [InlineData("--bogus disk.vhdx mnt", "unknown option '--bogus'")]
    [InlineData("disk.vhdx mnt -q", "unknown option '-q'")]
    [InlineData("disk.vhdx mnt -o", "'-o'")]
    [InlineData("disk.vhdx mnt -o ro,bogus", "unknown word 'bogus'")]
    [InlineData("disk.vhdx mnt -oro,bogus=1", "unknown word 'bogus'")]
    [InlineData("disk.vhdx mnt -o threads", "-o threads needs a value")]
    [InlineData("disk.vhdx mnt -o no-replay=1", "-o no-replay takes no value")]
    [InlineData("disk.vhdx mnt -o uid=root", "-o uid: 'root' is not a number")]
    [InlineData("disk.vhdx mnt -o umask=8", "-o umask: '8' is not an octal number")]
    [InlineData("disk.vhdx mnt --threads many", "--threads takes a number, not 'many'")]
    [InlineData("disk.vhdx mnt -o threads=many", "--threads takes a number, not 'many'")]
    [InlineData("disk.vhdx mnt --map x", "--map takes WINDOWS=FOLDER")]
    [InlineData("disk.vhdx mnt --ready-fd 99", "--ready-fd 99: no such descriptor is open")]
    [InlineData("disk.vhdx mnt --log-format xml", "--log-format is text or json, not 'xml'")]
    public async Task A_wrong_command_line_costs_one_line_and_1(string arguments, string words)
    {
        await using var box = new Sandbox();
        Finished command = await box.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((1, ""), (command.ExitCode, command.Output));
        Assert.Contains(words, command.OnlyLine, StringComparison.Ordinal);
        Assert.False(box.IsMounted);
    }

    [ProgramFact(Need.None)]
    public async Task A_name_with_control_characters_makes_no_second_line()
    {
        await using var box = new Sandbox();
        Finished command = await box.Run("no\nsuch\u001b[31m", box.Point);
        Assert.Equal(2, command.ExitCode);
        Assert.Contains(@"no\u000asuch\u001b[31m", command.OnlyLine, StringComparison.Ordinal);
        Finished point = await box.Run(box.Image, "no\nsuch");
        Assert.Equal(32, point.ExitCode);
        Assert.Contains(@"no\u000asuch", point.OnlyLine, StringComparison.Ordinal);
    }

    [ProgramFact(Need.None)]
    public async Task Version_and_help_go_to_stdout_with_0()
    {
        await using var box = new Sandbox();
        Finished version = await box.Run("--version");
        Assert.Equal((0, ""), (version.ExitCode, version.Error));
        Assert.Matches(@"^vhdxfuse \d+\.\d+\.\d+\n$", version.Output);
        Finished help = await box.Run("--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("--parent-path", help.Output, StringComparison.Ordinal);
    }

    private static async Task<string> MakeBad(Sandbox box, string kind)
    {
        string path = box.PathOf(Own);
        switch (kind)
        {
            case "folder":
                return box.Point;
            case "device":
                return "/dev/null";
            case "descriptor":
                return "/dev/fd/97";
            case "fifo":
                await box.Succeed("mkfifo", path);
                break;
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "random":
                byte[] random = new byte[4 * Sandbox.MiB];
                new Random(1).NextBytes(random);
                await File.WriteAllBytesAsync(path, random);
                break;
            case "vhd":
                byte[] vhd = new byte[4 * Sandbox.MiB];
                "conectix"u8.CopyTo(vhd);
                "conectix"u8.CopyTo(vhd.AsSpan(vhd.Length - 512));
                await File.WriteAllBytesAsync(path, vhd);
                break;
            case "cut":
                byte[] whole = await File.ReadAllBytesAsync(box.Image);
                await File.WriteAllBytesAsync(path, whole[..(2 * Sandbox.MiB)]);
                break;
            case "child":
                path = box.CreateChild("child.avhdx");
                File.Move(box.Image, box.PathOf("elsewhere.vhdx"));
                break;
            default:
                break;
        }

        return path;
    }
}
