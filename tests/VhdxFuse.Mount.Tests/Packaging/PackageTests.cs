using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Packaging;

/// <summary>The archive and the .deb of <c>.ci/package</c>.</summary>
public sealed class PackageTests(Packages packages) : IClassFixture<Packages>, IDisposable
{
    private static readonly string DiskHash = Convert.ToHexStringLower(SHA256.HashData(Sandbox.DiskBytes));

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PackageFact]
    public async Task The_same_parts_give_the_same_bytes()
    {
        string[] again = packages.Make("again");
        Assert.Equal(2, again.Length);
        foreach ((string one, string other) in (IEnumerable<(string, string)>)
            [(packages.Archive, again[0]), (packages.Deb, again[1])])
        {
            Assert.Equal(await File.ReadAllBytesAsync(one), await File.ReadAllBytesAsync(other));
        }
    }

    [PackageFact]
    public async Task The_archive_unpacks_to_a_prefix_whose_program_runs()
    {
        string prefix = Directory.CreateDirectory(_folder.File("prefix")).FullName;
        _ = Packages.Run("tar", "-xzf", packages.Archive, "-C", prefix, "--strip-components=1");
        Finished version = await Child.Run(_folder.Path, Path.Combine(prefix, "bin/vhdxfuse"), "--version");
        Assert.StartsWith("vhdxfuse ", version.Output, StringComparison.Ordinal);
        foreach (string file in (IEnumerable<string>)
            [
                "share/man/man1/vhdxfuse.1", "share/bash-completion/completions/vhdxfuse",
                "share/doc/vhdxfuse/LICENSE", "share/doc/vhdxfuse/README.md",
            ])
        {
            Assert.True(File.Exists(Path.Combine(prefix, file)), file);
        }
    }

    // The root holds nothing but the libraries that the package depends on, taken from this machine.
    [PackageFact(Need.Fuse | Need.Root, "dpkg", "ldd", "unshare", "chroot")]
    public async Task The_deb_is_installed_used_and_removed_without_a_trace()
    {
        await using var box = new Sandbox();
        string root = CleanRoot();
        _ = Packages.Run("cp", box.Image, Path.Combine(root, "disk.vhdx"));
        string[] before = Files(root);

        Dpkg(root, "--install", packages.Deb);
        Assert.Contains("/usr/bin/vhdxfuse", Files(root), StringComparer.Ordinal);
        Finished used = await Child.Run(
            _folder.Path,
            "unshare", "-m", "sh", "-ec",
            """
            mount -t proc proc "$1/proc"
            mount --bind /dev "$1/dev"
            chroot "$1" vhdxfuse hash /disk.vhdx
            chroot "$1" vhdxfuse /disk.vhdx /mnt
            sha256sum <"$1/mnt/disk.raw"
            umount "$1/mnt"
            """,
            "sh", root);
        Assert.Equal((0, ""), (used.ExitCode, used.Error));
        string[] lines = used.Output.Split('\n');
        string[] hashed = [.. lines.Where(line => line.StartsWith(DiskHash, StringComparison.Ordinal))];
        Assert.Equal($"{DiskHash}  -", hashed[^1]); // through the mount
        Assert.Equal(2, hashed.Length);

        Dpkg(root, "--purge", "vhdxfuse");
        Assert.Equal(before, Files(root));
    }

    [PackageFact(Need.None, "lintian")]
    public void Lintian_has_nothing_to_say()
    {
        // The maintainer has no address, and the package no place in Debian's archive. The fixed address of the program
        // is its quick start.
        const string accepted = "bogus-mail-host,bogus-mail-host-in-debian-changelog,initial-upload-closes-no-bugs,"
            + "hardening-no-pie";
        ToolRun lintian = Packages.Run("lintian", "--allow-root", "--suppress-tags", accepted, packages.Deb);
        Assert.Equal("", lintian.Output + lintian.Error);
    }

    private static void Dpkg(string root, params string[] command) => Packages.Run(
        "env",
        [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "dpkg", "--root", root, "--log", "/dev/null", "--force-depends",
            .. command,
        ]);

    private string CleanRoot()
    {
        string root = _folder.File("root");
        string[] folders = ["proc", "dev", "mnt", "var/lib/dpkg/info", "var/lib/dpkg/updates"];
        foreach (string folder in folders)
        {
            _ = Directory.CreateDirectory(Path.Combine(root, folder));
        }

        File.WriteAllText(Path.Combine(root, "var/lib/dpkg/status"), "");
        _ = Packages.Run(
            "sh", "-ec",
            """
            ldconfig -p | grep -o '/[^ ]*/lib\(ssl\|crypto\)\.so\.3' >"$1.libraries"
            ldd "$2" $(cat "$1.libraries") | grep -o '/[^ :]*' >>"$1.libraries"
            sort -u "$1.libraries" | while read -r file; do mkdir -p "$1${file%/*}"; cp -L "$file" "$1$file"; done
            rm "$1.libraries"
            """,
            "sh", root, ProgramUnderTest.Path);
        return root;
    }

    // What dpkg keeps for itself isn't the package's.
    private static string[] Files(string root) =>
    [
        .. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Select(path => path[root.Length..])
            .Where(path => !path.StartsWith("/var/lib/dpkg", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
