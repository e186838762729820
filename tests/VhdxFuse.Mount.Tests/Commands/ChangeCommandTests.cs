using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>resize and merge: what they take, what they refuse, what they say.</summary>
public sealed class ChangeCommandTests
{
    private const long MiB = 1 << 20;

    [ProgramTheory(Need.None)]
    [InlineData("+1G", 1024 * MiB)]
    [InlineData("1.5G", 1536 * MiB, true)]
    [InlineData("-512", -512)]
    [InlineData("4096", 4096, true)]
    public async Task A_size_is_absolute_or_what_is_added_or_taken_off(string size, long bytes, bool isAbsolute = false)
    {
        await using var box = new Sandbox();
        long before = Sandbox.DiskBytes.Length;
        long expected = isAbsolute ? bytes : before + bytes;
        Finished done = await box.Run("resize", "--discard-data", "--json", box.Image, size);
        Assert.True(done.ExitCode == 0, done.Error);
        using var document = JsonDocument.Parse(done.Output);
        Assert.Equal(before, document.RootElement.GetProperty("sizeBefore").GetInt64());
        Assert.Equal(expected, document.RootElement.GetProperty("size").GetInt64());
        byte[] disk = ReadDisk(box.Image, out long length);
        Assert.Equal(expected, length);
        int common = (int)long.Min(disk.Length, before);
        Assert.True(disk.AsSpan(0, common).SequenceEqual(Sandbox.DiskBytes.AsSpan(0, common)));
        Assert.Equal(-1, disk.AsSpan(common).IndexOfAnyExcept((byte)0));
    }

    [ProgramTheory(Need.None)]
    [InlineData("1000")]
    [InlineData("65T")]
    [InlineData("0")]
    [InlineData("-1G")]
    [InlineData("12GB")]
    [InlineData("+")]
    public async Task Sizes_that_no_disk_has_are_a_mistake_of_the_command_line(string size)
    {
        await using var box = new Sandbox();
        Finished refused = await box.Run("resize", box.Image, size);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"'{size}'", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes, ReadDisk(box.Image, out _));
    }

    [ProgramFact(Need.None)]
    public async Task A_disk_that_would_lose_data_stays_and_the_line_says_where_they_are_and_what_to_do()
    {
        await using var box = new Sandbox();
        Finished refused = await box.Run("resize", box.Image, "4K");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("the first at disk offset 0x", refused.OnlyLine, StringComparison.Ordinal);
        Assert.EndsWith("(move it, or lose it with --discard-data)", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes, ReadDisk(box.Image, out _));
    }

    [ProgramFact(Need.None)]
    public async Task An_image_with_a_child_beside_it_is_resized_only_when_asked_twice()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        Finished refused = await box.Run("resize", box.Image, "+1M");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(child, refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes.Length, ReadDisk(child, out _).Length);
        Finished done = await box.Run("resize", "--break-children", box.Image, "+1M");
        Assert.Equal(0, done.ExitCode);
        Assert.Throws<VhdxException>(() => ReadDisk(child, out _));
    }

    [ProgramTheory(Need.None)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_may_be_a_child_and_cant_be_read_counts_as_one(bool merges)
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        string[] command = merges ? ["merge", child] : ["resize", box.Image, "+1M"];
        string odd = merges ? box.CreateChild(".odd.vhdx") : child;
        byte[] bytes = await File.ReadAllBytesAsync(odd);
        bytes.AsSpan(64 << 10, 128 << 10).Clear(); // both headers
        await File.WriteAllBytesAsync(odd, bytes);
        Finished refused = await box.Run(command);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(odd, refused.OnlyLine, StringComparison.Ordinal);
        Assert.Contains("--break-children", refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes, ReadDisk(box.Image, out _));
        Assert.Equal(0, (await box.Run([.. command, "--break-children"])).ExitCode);
    }

    [ProgramFact(Need.Root, "setpriv", "chown")]
    public async Task A_child_of_another_owner_is_a_child()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        await box.Succeed("chown", "1000", child);
        Finished refused = await box.Shell(
            "setpriv --bounding-set -fowner --inh-caps -all $VHDXFUSE resize $IMAGE +1M");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains($"{child} names it as its parent", refused.OnlyLine, StringComparison.Ordinal);
    }

    [ProgramFact(Need.None)]
    public async Task What_is_no_image_is_no_child_whatever_its_name()
    {
        await using var box = new Sandbox();
        await File.WriteAllTextAsync(box.PathOf("notes.vhdx"), "no image");
        await File.WriteAllTextAsync(box.PathOf("empty.avhdx"), "");
        Finished done = await box.Run("resize", box.Image, "+1M");
        Assert.True(done.ExitCode == 0, done.Error);
    }

    [ProgramTheory(Need.None)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_merged_parent_is_the_disk_and_the_child_is_kept_or_deleted(bool deletes)
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        byte[] expected = WriteTo(child, 12345, 99_999);
        Finished done = await box.Run(["merge", "--json", child, .. deletes ? ["--delete-child"] : (string[])[]]);
        Assert.True(done.ExitCode == 0, done.Error);
        using var document = JsonDocument.Parse(done.Output);
        Assert.Equal(deletes, document.RootElement.GetProperty("childDeleted").GetBoolean());
        Assert.Equal(expected.Length, document.RootElement.GetProperty("size").GetInt64());
        Assert.Equal(expected, ReadDisk(box.Image, out _));
        Assert.Equal(!deletes, File.Exists(child));
        if (!deletes)
        {
            Assert.Equal(expected, ReadDisk(child, out _));
        }
    }

    [ProgramFact(Need.None)]
    public async Task A_parent_with_another_child_is_merged_into_only_when_asked_twice()
    {
        await using var box = new Sandbox();
        string child = box.CreateChild("child.avhdx");
        string other = box.CreateChild("other.avhdx");
        byte[] expected = WriteTo(child, 0, 5000);
        Finished refused = await box.Run("merge", child);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains(other, refused.OnlyLine, StringComparison.Ordinal);
        Assert.Equal(Sandbox.DiskBytes, ReadDisk(other, out _));
        Finished done = await box.Run("merge", "--break-children", child);
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Equal(expected, ReadDisk(box.Image, out _));
        Assert.Throws<VhdxException>(() => ReadDisk(other, out _));
    }

    [ProgramFact(Need.None)]
    public async Task An_image_without_parent_has_nothing_to_be_merged_into()
    {
        await using var box = new Sandbox();
        Finished refused = await box.Run("merge", box.Image);
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("is not a differencing image", refused.OnlyLine, StringComparison.Ordinal);
        Finished mistaken = await box.Run("merge", "--no-replay", box.CreateChild("child.avhdx"));
        Assert.Equal(1, mistaken.ExitCode);
    }

    private static byte[] WriteTo(string image, int offset, int length)
    {
        var files = new FileOpenOptions();
        using var chain = DifferencingChain.Open(
            LinuxFile.OpenWrite(image, files),
            new LinuxParentSource(files),
            new OpenOptions { Access = ImageAccess.ReadWrite });
        byte[] written = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        chain.Disk.Write(offset, written);
        byte[] disk = new byte[chain.Disk.LengthBytes];
        chain.Disk.Read(0, disk);
        chain.Close();
        return disk;
    }

    private static byte[] ReadDisk(string image, out long lengthBytes)
    {
        var files = new FileOpenOptions { AllowAccessTimeUpdate = true };
        using var chain = DifferencingChain.Open(
            LinuxFile.OpenRead(image, files), new LinuxParentSource(files), new OpenOptions());
        lengthBytes = chain.Disk.LengthBytes;
        byte[] disk = new byte[long.Min(lengthBytes, 64 * MiB)];
        chain.Disk.Read(0, disk);
        return disk;
    }
}
