using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>Mounting without privileges: through fusermount3, in a user namespace, and why it doesn't work where it
/// doesn't.
/// Devices and configuration are private to each test.</summary>
public sealed class UnprivilegedTests
{
    private static readonly IReadOnlyList<string> NobodyWithDevice =
        PrivateNamespace.After(PrivateNamespace.OpenDevice, PrivateNamespace.Nobody);

    private static readonly IReadOnlyList<string> NobodyWithConfiguration = PrivateNamespace.After(
        $"{PrivateNamespace.OpenDevice} && {PrivateNamespace.PermissiveConfiguration}", PrivateNamespace.Nobody);

    [RequiresTheory(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    [InlineData("unmount", "unmounted True")]
    [InlineData("detach", "detached")]
    public async Task An_ordinary_user_mounts_and_unmounts_through_fusermount3(string command, string answer)
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithDevice, [@"source=a, b\c"]);
        Assert.Equal($"ready Fusermount {mount.Point}", mount.Greeting);
        Assert.Equal("hello", await AsNobody(mount, "cat", mount.PathOf("hello.txt")));
        Assert.Equal(
            @"fuse.vhdxfuse a,\x20b\x5cc", await AsNobody(mount, "findmnt", "-nro", "FSTYPE,SOURCE", mount.Point));
        Assert.Equal(answer, await mount.Ask(command, answer.Split(' ')[0]));
        Assert.Equal("ended Unmounted 0 told=True", await mount.End());
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task A_busy_mount_of_fusermount3_is_not_unmounted()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithDevice, []);
        using System.Diagnostics.Process holder = Tool.Start([
            .. PrivateNamespace.Of(mount.Process.Id, PrivateNamespace.Nobody),
            "sh", "-c", "exec 3< \"$1\"; echo held; read line", "sh", mount.PathOf("hello.txt")]);
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline));
        Assert.Equal("unmounted False", await mount.Ask("unmount", "unmounted"));
        holder.StandardInput.Close();
        await holder.WaitForExitAsync().WaitAsync(Tool.Deadline);
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        _ = await mount.End();
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task Without_allow_other_not_even_root_may_enter()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithDevice, []);
        await Tool.Fail("Permission denied", [.. PrivateNamespace.Of(mount.Process.Id, ["ls", mount.Point])]);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv")]
    public async Task Allow_other_without_configuration_names_the_line_to_add()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithDevice, ["allow_other"]);
        Assert.StartsWith(
            $"failed AllowOtherDenied {mount.Point}: add user_allow_other to /etc/fuse.conf (fusermount3: ",
            mount.Greeting,
            StringComparison.Ordinal);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task Allow_other_lets_others_in_as_far_as_the_permission_bits_go()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithConfiguration, ["allow_other"]);
        Assert.StartsWith("ready Fusermount", mount.Greeting, StringComparison.Ordinal);
        string[] other = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"];
        Assert.Equal("hello", await Tool.Succeed(
            [.. PrivateNamespace.Of(mount.Process.Id, other), "cat", mount.PathOf("hello.txt")]));
        await Tool.Fail(
            "Permission denied", [.. PrivateNamespace.Of(mount.Process.Id, other), "cat", mount.PathOf("secret")]);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task Allow_root_lets_root_in_and_nobody_else()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, NobodyWithConfiguration, ["allow_root"]);
        Assert.Equal("hello", await AsNobody(mount, "cat", mount.PathOf("hello.txt")));
        Assert.Equal("hello", await Tool.Succeed(
            [.. PrivateNamespace.Of(mount.Process.Id, ["cat", mount.PathOf("hello.txt")])]));
        await Tool.Fail("Permission denied", [
            .. PrivateNamespace.Of(mount.Process.Id, ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"]),
            "cat", mount.PathOf("hello.txt")]);
    }

    [RequiresFact(Need.Fuse | Need.Root | Need.UserNamespace, "setpriv", "nsenter")]
    public async Task In_a_user_namespace_mounting_is_direct()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, [.. NobodyWithDevice, "unshare", "-Urm"], []);
        Assert.Equal($"ready Direct {mount.Point}", mount.Greeting);
        Assert.Equal("hello", await Tool.Succeed(
            [.. PrivateNamespace.Nobody, "nsenter", "-t", $"{mount.Process.Id}", "-U", "-m", "--preserve-credentials",
                "cat", mount.PathOf("hello.txt")]));
        Assert.Equal("unmounted True", await mount.Ask("unmount", "unmounted"));
        _ = await mount.End();
    }

    [RequiresFact(Need.Fuse | Need.Root, "setpriv")]
    public async Task A_device_of_mode_0600_is_said_to_be_the_reason()
    {
        await using ServedMount mount = await Prepare();
        await Serve(
            mount,
            PrivateNamespace.After(
                $"{PrivateNamespace.OpenDevice} && chmod 600 /dev/fuse", PrivateNamespace.Nobody),
            []);
        Assert.Equal(
            "failed DeviceDenied /dev/fuse may not be opened by this user: its mode should be 0666 "
            + "(chmod 666 /dev/fuse, as root)",
            mount.Greeting);
    }

    [RequiresFact(Need.Fuse | Need.Root)]
    public async Task A_missing_device_is_said_to_be_the_reason()
    {
        await using ServedMount mount = await Prepare();
        await mount.Serve(
            PrivateNamespace.After(
                "mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/urandom c 1 9 && chmod 666 /dev/*",
                []),
            []);
        Assert.Equal(
            "failed DeviceMissing /dev/fuse doesn't exist: load the module (modprobe fuse); "
            + "in a container add --device /dev/fuse",
            mount.Greeting);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv")]
    public async Task Root_without_the_capability_is_told_the_container_flag()
    {
        await using ServedMount mount = await Prepare();
        await mount.Serve(["setpriv", "--inh-caps=-sys_admin", "--bounding-set=-sys_admin"], []);
        Assert.StartsWith($"failed NotPermitted {mount.Point}: ", mount.Greeting, StringComparison.Ordinal);
        Assert.Contains("--cap-add SYS_ADMIN", mount.Greeting, StringComparison.Ordinal);
        Assert.Contains("fusermount3: mount failed: Operation not permitted", mount.Greeting, StringComparison.Ordinal);
    }

    [RequiresFact(Need.Fuse | Need.Root, "setpriv")]
    public async Task Without_fusermount3_the_package_is_named()
    {
        await using ServedMount mount = await Prepare();
        await Serve(mount, [.. NobodyWithDevice, "env", "PATH=/nowhere"], []);
        Assert.Equal(
            "failed NotPermitted mounting needs CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN) "
            + "or fusermount3 (package fuse3)",
            mount.Greeting);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task A_dead_mount_of_an_ordinary_user_is_cleared_with_fusermount3()
    {
        await using ServedMount mount = await Prepare();
        string script = string.Join(' ', PrivateNamespace.Program) + $" serve {mount.Point}";
        // One shell does it all, since the namespace lives only as long as it. The first cat leaves the root's
        // attributes in the cache, which must not make the mount look alive.
        using System.Diagnostics.Process shell = Tool.Start([
            .. NobodyWithDevice, "sh", "-c", $"{script} < /dev/zero > /dev/null & pid=$!; "
            + $"until cat {mount.PathOf("hello.txt")} 2>/dev/null; do kill -0 $pid || exit 1; done; "
            + $"kill -9 $pid; wait $pid; {script}"]);
        Assert.Equal("hello", await shell.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline));
        string? line = await shell.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline);
        Assert.Equal(
            $"failed DeadMount {mount.Point}: the server of an earlier mount died and left it behind; "
            + $"clear it with: fusermount3 -u {mount.Point}",
            line);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync().WaitAsync(Tool.Deadline);
    }

    [RequiresFact(Need.Fuse | Need.Root, "fusermount3", "setpriv", "nsenter")]
    public async Task Auto_unmount_without_allow_other_is_not_trusted_and_what_it_leaves_is_explained()
    {
        await using ServedMount mount = await Prepare();
        string script = string.Join(' ', PrivateNamespace.Program) + $" serve {mount.Point} auto_unmount";

        // Whether fusermount3 cleared it is its own affair and a race: the next start works or says what is in its way.
        using System.Diagnostics.Process shell = Tool.Start([
            .. NobodyWithDevice, "sh", "-c", $"{script} < /dev/zero > /dev/null & pid=$!; "
            + $"until cat {mount.PathOf("hello.txt")} 2>/dev/null; do kill -0 $pid || exit 1; done; "
            + $"kill -9 $pid; wait $pid; {script} < /dev/null"]);
        Assert.Equal("hello", await shell.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline));
        string? line = await shell.StandardOutput.ReadLineAsync().WaitAsync(Tool.Deadline);
        Assert.Contains(line!, (string[])[
            $"ready Fusermount {mount.Point}",
            $"failed DeadMount {mount.Point}: the server of an earlier mount died and left it behind; "
            + $"clear it with: fusermount3 -u {mount.Point}"], StringComparer.Ordinal);
        await shell.WaitForExitAsync().WaitAsync(Tool.Deadline);
    }

    private static Task Serve(ServedMount mount, IReadOnlyList<string> prefix, IReadOnlyList<string> words) =>
        mount.Serve(prefix, words, program: PrivateNamespace.Program);

    private static async Task<ServedMount> Prepare()
    {
        ServedMount mount = ServedMount.Prepare();
        _ = await Tool.Succeed("chown", "65534:65534", mount.Point);
        return mount;
    }

    private static Task<string> AsNobody(ServedMount mount, params string[] command) =>
        Tool.Succeed([.. PrivateNamespace.Of(mount.Process.Id, PrivateNamespace.Nobody), .. command]);
}
