using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Evidence;

/// <summary>What the documents show, done once more.</summary>
public sealed class DocumentedTests
{
    private static string Docs => Path.Combine(RepositoryFolder.Path, "docs");

    /// <summary>docs/examiner.md holds a transcript of docs/examination: the same commands in the same order, and the
    /// script itself demands their exit codes.</summary>
    [ProgramFact(Need.Fuse | Need.Root, "mkntfs", "ntfscp", "mmls", "fls", "icat", "ifind", "jq", "fusermount3")]
    public async Task A_dirty_chain_is_examined_as_the_page_for_examiners_shows()
    {
        Finished examination =
            await Child.Run(Path.GetTempPath(), Path.Combine(Docs, "examination"), ProgramUnderTest.Path);
        Assert.True(examination.ExitCode == 0, examination.Error);
        string page = await File.ReadAllTextAsync(Path.Combine(Docs, "examiner.md"));
        Assert.Equal(CommandsIn(page), CommandsIn(examination.Output));
        Assert.Contains("r/r 66-128-2:\tdelete-me.txt", examination.Output, StringComparison.Ordinal);
        Assert.Contains("wire 40000 to DE00 1234", examination.Output, StringComparison.Ordinal);
        Assert.Contains("\"unchanged\": true", examination.Output, StringComparison.Ordinal);
        Assert.EndsWith("unchanged\n\n", examination.Output, StringComparison.Ordinal);
    }

    /// <summary>The script of docs/VALIDATION.md over a folder where all programs agree, and one that shows another
    /// disk than it should.</summary>
    [ProgramFact(Need.Fuse | Need.Root, "qemu-img", "vhdimount", "fusermount3")]
    public async Task The_hashes_of_each_program_are_laid_side_by_side()
    {
        await using var box = new Sandbox();
        string folder = box.PathOf("images");
        Directory.CreateDirectory(folder);
        File.Copy(box.Image, Path.Combine(folder, "a.vhdx"));
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Sandbox.DiskBytes));
        string cell = $"`{hash[..12]}`";
        await File.WriteAllTextAsync(box.PathOf("known"), $"{hash}  a.vhdx\n");
        Finished right = await Validate("--known", box.PathOf("known"), folder);
        Assert.Contains($"| a.vhdx | {cell} | {cell} | {cell} |\n", right.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (right.ExitCode, right.Error));

        await File.WriteAllTextAsync(box.PathOf("known"), $"{new string('0', hash.Length)}  a.vhdx\n");
        Finished wrong = await Validate("--known", box.PathOf("known"), folder);
        Assert.Contains($"| a.vhdx | **{cell}** | **{cell}** | **{cell}** |", wrong.Output, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);

        Task<Finished> Validate(params string[] arguments) => Child.Run(
            box.Folder, [Path.Combine(Docs, "validate"), "--vhdxfuse", ProgramUnderTest.Path, .. arguments]);
    }

    /// <summary>The recipe of docs/examiner.md: a user without any right, in a namespace of his own, from the image to
    /// the files of an ext4 and of an NTFS partition.</summary>
    [ProgramFact(
        Need.Fuse | Need.Root | Need.UserNamespace,
        "setpriv", "unshare", "sfdisk", "mke2fs", "mkntfs", "ntfscp", "fuse2fs", "ntfs-3g")]
    public async Task Without_root_a_user_comes_from_the_image_to_the_files_in_it()
    {
        await using var box = new Sandbox();
        Finished walk = await box.Shell(
            """
            set -e
            mkdir ext; echo hello ext >ext/e.txt; echo hello ntfs >n.txt
            truncate -s 20M e.raw n.raw; truncate -s 64M d.raw
            printf 'label: dos\nstart=2048,size=40960,type=83\nstart=43008,size=40960,type=7\n' | sfdisk -q d.raw
            mke2fs -q -t ext4 -d ext e.raw
            mkntfs -q -F -s 512 -p 43008 -H 255 -S 63 n.raw >/dev/null 2>&1
            ntfscp -q n.raw n.txt n.txt
            dd if=e.raw of=d.raw bs=1M seek=1 conv=notrunc status=none
            dd if=n.raw of=d.raw bs=1M seek=21 conv=notrunc status=none
            $VHDXFUSE convert d.raw two.vhdx >/dev/null
            mkdir files mnt2
            chmod 755 . && chown nobody two.vhdx files mnt2
            cat >walk <<'END'
            $VHDXFUSE two.vhdx mnt2
            fuse2fs -o ro,fakeroot mnt2/partitions/p1.raw files 2>/dev/null && cat files/e.txt
            umount files
            ntfs-3g -o ro mnt2/partitions/p2.raw files && cat files/n.txt
            umount files
            umount mnt2
            END
            mknod -m 666 fuse c 10 229
            cp "$VHDXFUSE" program # the tree may lie where nobody else may look
            export VHDXFUSE=$PWD/program
            unshare -m sh -c 'mount --bind fuse /dev/fuse
                setpriv --reuid nobody --regid nogroup --clear-groups \
                    unshare --user --map-current-user --mount --keep-caps sh -e walk'
            """);
        Assert.Equal((0, "hello ext\nhello ntfs\n", ""), (walk.ExitCode, walk.Output, walk.Error));
    }

    private static string[] CommandsIn(string text) => [
        .. text.Split('\n')
            .Select(line => line.TrimStart())
            .Where(line => line.StartsWith("$ ", StringComparison.Ordinal)),
    ];
}
