using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Output;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>hash beside coreutils: their checkers take its lines, and its sums are theirs.</summary>
public sealed class HashCommandTests
{
    private const int MiB = 1 << 20;

    [ProgramFact(Need.None, "sha256sum")]
    public async Task Sha256sum_checks_the_lines_of_the_image_and_of_the_disk()
    {
        await using var box = new Sandbox();
        string odd = box.PathOf("a\nb\\c.vhdx");
        File.Move(box.Image, odd);
        Finished both = await box.Run("hash", "--of", "both", "--piece", "1M", odd);
        Assert.True(both.ExitCode == 0, both.Error);
        await File.WriteAllTextAsync(box.PathOf("sums"), both.Output);
        await File.WriteAllBytesAsync(box.PathOf("disk.raw"), Sandbox.DiskBytes);
        await box.Succeed("sha256sum", "--strict", "-c", "sums");
        await File.AppendAllTextAsync(odd, "x");
        Assert.NotEqual(0, (await Child.Run(box.Folder, "sha256sum", "--strict", "-c", "sums")).ExitCode);
    }

    [ProgramFact(Need.None, "sha512sum", "sha1sum", "md5sum")]
    public async Task Each_checker_takes_its_own_of_several_lines()
    {
        await using var box = new Sandbox();
        Finished sums = await box.Run(
            "hash", "--algorithm", "sha512", "--algorithm", "sha1", "--algorithm", "md5", "--of", "image", box.Image);
        await File.WriteAllTextAsync(box.PathOf("sums"), sums.Output);
        Assert.Equal(3, sums.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (string checker in (string[])["sha512sum", "sha1sum", "md5sum"])
        {
            Finished check = await Child.Run(box.Folder, checker, "-c", "sums");
            Assert.Equal((0, $"{box.Image}: OK\n"), (check.ExitCode, check.Output));
        }
    }

    [ProgramFact(Need.None)]
    public async Task Pieces_are_the_hashes_of_stretches_and_leave_the_whole_alone()
    {
        await using var box = new Sandbox();
        Finished hash = await box.Run(
            "hash", "--json", "--piece", "3M", "--algorithm", "sha256", "--algorithm", "xxh128", box.Image);
        using var document = JsonDocument.Parse(hash.Output);
        JsonElement disk = document.RootElement.GetProperty("disk");
        Assert.Equal(HexOf(Sandbox.DiskBytes), disk.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(
            [(0, 3 * MiB), (3 * MiB, 3 * MiB), (6 * MiB, 2 * MiB)],
            disk.GetProperty("pieces").EnumerateArray().Select(
                piece => (piece.GetProperty("offset").GetInt32(), piece.GetProperty("length").GetInt32())));
        foreach (JsonElement piece in disk.GetProperty("pieces").EnumerateArray())
        {
            byte[] stretch = Sandbox.DiskBytes.AsSpan(
                piece.GetProperty("offset").GetInt32(), piece.GetProperty("length").GetInt32()).ToArray();
            Assert.Equal(HexOf(stretch), piece.GetProperty("hashes").GetProperty("sha256").GetString());
        }
    }

    [ProgramFact(Need.None)]
    public async Task An_expected_hash_is_found_or_the_exit_code_is_5()
    {
        await using var box = new Sandbox();
        string right = Convert.ToHexString(SHA512.HashData(Sandbox.DiskBytes));
        Assert.Equal(0, (await box.Run("hash", "--expect", right, box.Image)).ExitCode);
        string wrong = new('0', right.Length);
        Finished refused = await box.Run("hash", "--json", "--expect", right, "--expect", wrong, box.Image);
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains(wrong, refused.OnlyLine, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(refused.Output);
        Assert.False(document.RootElement.GetProperty("matches").GetBoolean());
        foreach (string odd in (string[])["12", new('g', 64)])
        {
            Assert.Equal(1, (await box.Run("hash", "--expect", odd, box.Image)).ExitCode);
        }
    }

    [ProgramFact(Need.None, "sha256sum", "md5sum")]
    public async Task Sums_of_others_are_checked_for_the_image_and_for_the_disk()
    {
        await using var box = new Sandbox();
        string odd = box.PathOf("a\\b.vhdx");
        File.Move(box.Image, odd);
        string raw = box.PathOf("disk.raw");
        await File.WriteAllBytesAsync(raw, Sandbox.DiskBytes);
        string image = ToolRun.Expect("sha256sum", odd).Output;
        string disk = ToolRun.Expect("md5sum", "--tag", raw).Output;
        string other = ToolRun.Expect("sha256sum", "/etc/passwd").Output;
        string sums = box.PathOf("sums");
        await File.WriteAllTextAsync(sums, $"# of the case\n{other}{image}{disk}");
        Finished check = await box.Run("hash", "--json", "--check", sums, odd);
        Assert.Equal((0, ""), (check.ExitCode, check.Error));
        using var document = JsonDocument.Parse(check.Output);
        Assert.True(document.RootElement.GetProperty("matches").GetBoolean());
        Assert.Equal('\\', image[0]); // the name holds one, so this is the mark
        await File.WriteAllTextAsync(sums, $"\\{(image[1] == '0' ? '1' : '0')}{image[2..]}{disk}");
        Assert.Equal(5, (await box.Run("hash", "--check", sums, odd)).ExitCode);
        await File.WriteAllTextAsync(sums, other);
        Assert.Equal(1, (await box.Run("hash", "--check", sums, odd)).ExitCode);
        Assert.Equal(2, (await box.Run("hash", "--check", box.PathOf("none"), odd)).ExitCode);
    }

    [ProgramFact(Need.None)]
    public async Task A_line_about_the_image_or_the_disk_that_cant_be_read_is_told_and_not_passed_over()
    {
        await using var box = new Sandbox();
        string sums = box.PathOf("sums");
        string name = Path.GetFileName(box.Image);
        string right = $"{HexOf(Sandbox.DiskBytes)}  disk.raw";
        foreach (string odd in (string[])
            [
                $"deadbeef  {name}", $"{new string('0', 64)} {box.Image}", $"SHA512 ({name}) = {new string('0', 64)}",
                $"SHA256({name})= {new string('0', 64)}", $"\\deadbeef *{name}", "deadbeef  mnt/disk.raw",
            ])
        {
            await File.WriteAllTextAsync(sums, $"{right}\n{odd}\n");
            Finished refused = await box.Run("hash", "--check", sums, box.Image);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains($"{sums}: line 2 ", refused.OnlyLine, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(sums, $"# {name}\ndeadbeef  not-{name}\ndeadbeef  {name}.old\n{right}\n");
        Assert.Equal(0, (await box.Run("hash", "--check", sums, box.Image)).ExitCode);
    }

    [ProgramFact(Need.None)]
    public async Task What_would_never_be_computed_cant_be_expected()
    {
        await using var box = new Sandbox();
        string sums = box.PathOf("sums");
        string disk = HexOf(Sandbox.DiskBytes);
        foreach ((string of, string name) in (IEnumerable<(string, string)>)
            [("disk", Path.GetFileName(box.Image)), ("image", "disk.raw")])
        {
            await File.WriteAllTextAsync(sums, $"{disk}  {name}\n");
            Finished refused = await box.Run("hash", "--of", of, "--check", sums, box.Image);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains($"--of {of} ", refused.OnlyLine, StringComparison.Ordinal);
        }

        Finished odd = await box.Run("hash", "--algorithm", "sha512", "--expect", disk, box.Image);
        Assert.Equal((1, ""), (odd.ExitCode, odd.Output));
        Assert.EndsWith("add --algorithm sha256", odd.OnlyLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("md5", "plain")]
    [InlineData("sha1", "with (two) = signs")]
    [InlineData("sha256", "new\nline\\n")]
    [InlineData("sha384", " blank")]
    [InlineData("sha512", "\\")]
    public void A_line_of_sums_is_read_as_it_was_written(string algorithm, string name)
    {
        using var hash = new RunningHash(algorithm);
        var line = new SumLine(algorithm, hash.Take(), name);
        Assert.True(SumLine.TryParse(line.Plain, out SumLine plain));
        Assert.True(SumLine.TryParse(line.Tagged, out SumLine tagged));
        Assert.Equal((line, line), (plain, tagged));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("# d41d8cd98f00b204e9800998ecf8427e  x")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e x")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427  x")]
    [InlineData("CRC (x) = d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("SHA1 (x) = d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("MD5 (x) = ")]
    [InlineData("MD5 () = (")]
    [InlineData(" (x) = d41d8cd98f00b204e9800998ecf8427e")]
    public void What_is_no_line_of_sums_is_passed_over(string text) => Assert.False(SumLine.TryParse(text, out _));

    [ProgramFact(Need.None)]
    public async Task A_file_that_is_no_image_can_be_hashed_as_a_file_alone()
    {
        await using var box = new Sandbox();
        string path = box.PathOf("plain");
        await File.WriteAllBytesAsync(path, Sandbox.DiskBytes);
        Assert.Equal($"{HexOf(Sandbox.DiskBytes)}  {path}\n", (await box.Run("hash", "--of", "image", path)).Output);
        Assert.Equal(2, (await box.Run("hash", path)).ExitCode);
    }

    /// <summary>Stretches of zeros and of data of every length against a plain hash of the same bytes; zeros aren't
    /// read.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5 * MiB)]
    [InlineData(MiB)]
    public void Zeros_are_hashed_and_not_read(long pieceBytes)
    {
        byte[] bytes = new byte[(13 * MiB) + 5];
        bytes.AsSpan(2 * MiB, MiB).Fill(7);
        bytes.AsSpan((9 * MiB) + 3, 5 * MiB / 2).Fill(9);
        using var file = new MemoryImageFile("plain");
        file.SetLength(bytes.Length);
        foreach ((int start, int length) in (IEnumerable<(int, int)>)[(2 * MiB, MiB), ((9 * MiB) + 3, 5 * MiB / 2)])
        {
            file.Write(new FileOffset(start), bytes.AsSpan(start, length));
        }

        file.ResetCounts();
        var pieces = new List<HashPiece>();
        using var hasher = new DiskHasher(HashSource.Of(file), ["sha256", "md5"], pieceBytes, pieces.Add);
        long done = 0;
        IReadOnlyDictionary<string, string> hashes = hasher.Run(now => done = now);
        Assert.Equal((HexOf(bytes), bytes.Length), (hashes["sha256"], done));
        Assert.InRange(file.BytesRead, 7 * MiB / 2, 9 * MiB);
        Assert.Equal(pieceBytes == 0 ? 0 : (bytes.Length + pieceBytes - 1) / pieceBytes, pieces.Count);
        foreach (HashPiece piece in pieces)
        {
            byte[] stretch = bytes.AsSpan((int)piece.Offset, (int)piece.Length).ToArray();
            Assert.Equal(HexOf(stretch), piece.Hashes["sha256"]);
        }
    }

    private static string HexOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
