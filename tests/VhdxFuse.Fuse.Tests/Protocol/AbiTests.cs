using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Protocol;

/// <summary>Our structures and numbers against the C compiler's. Names are matched without case and
/// underscores.</summary>
public sealed class AbiTests
{
    private static readonly Lazy<Dictionary<string, ulong>> Dump = new(RunDump);

    public static IEnumerable<object[]> Structures =>
    [
        ["fuse_in_header", typeof(Headers.In)],
        ["fuse_out_header", typeof(Headers.Out)],
        ["fuse_init_out", typeof(InitMessages.Out)],
        ["fuse_init_in", typeof(InitMessages.In)],
        ["fuse_attr", typeof(AttrMessages.Attr)],
        ["fuse_attr_out", typeof(AttrMessages.AttrOut)],
        ["fuse_entry_out", typeof(AttrMessages.EntryOut)],
        ["fuse_setattr_in", typeof(AttrMessages.SetAttrIn)],
        ["fuse_kstatfs", typeof(StatFsMessages.Kstatfs)],
        ["fuse_open_in", typeof(FileMessages.OpenIn)],
        ["fuse_open_out", typeof(FileMessages.OpenOut)],
        ["fuse_release_in", typeof(FileMessages.ReleaseIn)],
        ["fuse_flush_in", typeof(FileMessages.FlushIn)],
        ["fuse_read_in", typeof(FileMessages.ReadIn)],
        ["fuse_write_in", typeof(FileMessages.WriteIn)],
        ["fuse_write_out", typeof(FileMessages.WriteOut)],
        ["fuse_fsync_in", typeof(FileMessages.FsyncIn)],
        ["fuse_fallocate_in", typeof(FileMessages.FallocateIn)],
        ["fuse_lseek_in", typeof(FileMessages.LseekIn)],
        ["fuse_lseek_out", typeof(FileMessages.LseekOut)],
        ["fuse_dirent", typeof(DirectoryMessages.Dirent)],
        ["fuse_direntplus", typeof(DirectoryMessages.Direntplus)],
        ["fuse_forget_in", typeof(ForgetMessages.ForgetIn)],
        ["fuse_forget_one", typeof(ForgetMessages.ForgetOne)],
        ["fuse_batch_forget_in", typeof(ForgetMessages.BatchForgetIn)],
    ];

    [RequiresTheory(Need.None, "cc")]
    [MemberData(nameof(Structures))]
    public void Structure_is_laid_out_as_in_C(string name, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (Dump.Value.TryGetValue($"sizeof:{name}", out ulong size)) // fuse_init_in is longer in C: we take its start
        {
            Assert.Equal((int)size, SizeOf(type));
        }

        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .ToDictionary(field => field.Name, field => field.Name, StringComparer.OrdinalIgnoreCase);
        string prefix = name + ".";
        List<string> known = [.. Dump.Value.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];
        Assert.NotEmpty(known);
        foreach (string key in known)
        {
            string plain = key[prefix.Length..].Replace("_", "", StringComparison.Ordinal);
            if (!string.Equals(plain, "spare", StringComparison.Ordinal))
            {
                Assert.True(fields.ContainsKey(plain), $"{type.Name} has no field for {key}");
                Assert.Equal((key, Dump.Value[key]), (key, (ulong)Marshal.OffsetOf(type, fields[plain])));
            }
        }
    }

    [RequiresFact(Need.None, "cc")]
    public void Opcodes_are_the_kernel_s()
    {
        var plain = Dump.Value.ToDictionary(
            row => row.Key.Replace("_", "", StringComparison.Ordinal),
            row => row.Value,
            StringComparer.OrdinalIgnoreCase);
        foreach (Opcode opcode in Enum.GetValues<Opcode>())
        {
            Assert.Equal((opcode, plain[$"FUSE{opcode}"]), (opcode, (ulong)opcode));
        }
    }

    [RequiresFact(Need.None, "cc")]
    public void Error_numbers_are_the_system_s()
    {
        foreach (FuseErrno errno in Enum.GetValues<FuseErrno>().Where(errno => errno != FuseErrno.None))
        {
            Assert.Equal((errno, Dump.Value[errno.ToString().ToUpperInvariant()]), (errno, (ulong)errno));
        }
    }

    [RequiresTheory(Need.None, "cc")]
    [MemberData(nameof(AbiConstants.Rows), MemberType = typeof(AbiConstants))]
    public void Constant_is_C_s(string name, string ours, ulong value)
    {
        Assert.NotEmpty(ours);
        if (Dump.Value.TryGetValue(name, out ulong expected))
        {
            Assert.Equal(expected, value);
        }
        else
        {
            // Newer than the machine's header; no other may be missing.
            Assert.Contains(name, AbiConstants.NewerThanSomeHeaders, StringComparer.Ordinal);
        }
    }

    [RequiresFact(Need.None, "cc")]
    public void The_spawn_structure_fits_into_its_room()
    {
        (string name, ulong room) = AbiConstants.SpawnRoom;
        Assert.InRange(Dump.Value[name], 1UL, room);
    }

    [RequiresTheory(Need.None, "cc")]
    [InlineData("MessageHeader", "Vectors", "msghdr.msg_iov")]
    [InlineData("MessageHeader", "VectorCount", "msghdr.msg_iovlen")]
    [InlineData("MessageHeader", "Control", "msghdr.msg_control")]
    [InlineData("MessageHeader", "ControlLength", "msghdr.msg_controllen")]
    [InlineData("MessageHeader", "Flags", "msghdr.msg_flags")]
    [InlineData("ControlMessage", "Level", "cmsghdr.cmsg_level")]
    [InlineData("ControlMessage", "Type", "cmsghdr.cmsg_type")]
    public void A_received_descriptor_lies_where_C_puts_it(string structure, string field, string name)
    {
        Type type = typeof(DescriptorReceiver).GetNestedType(structure, BindingFlags.NonPublic)!;
        Assert.Equal(Dump.Value[name], (ulong)Marshal.OffsetOf(type, field));
    }

    [RequiresFact(Need.None, "cc")]
    public void The_structures_of_recvmsg_are_as_large_as_C_s()
    {
        Type SizeOfType(string name) => typeof(DescriptorReceiver).GetNestedType(name, BindingFlags.NonPublic)!;
        Assert.Equal(Dump.Value["sizeof:iovec"], (ulong)SizeOf(SizeOfType("IoVector")));
        Assert.Equal(Dump.Value["sizeof:msghdr"], (ulong)SizeOf(SizeOfType("MessageHeader")));
        Assert.Equal(Dump.Value["CMSG_SPACE(sizeof(int))"], (ulong)SizeOf(SizeOfType("ControlMessage")));
    }

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!
        .MakeGenericMethod(type).Invoke(null, null)!;

    private static Dictionary<string, ulong> RunDump()
    {
        string program = Path.Combine(Directory.CreateTempSubdirectory("vhdxfuse-abi-").FullName, "dump");
        _ = Run("cc", "-o", program, Path.Combine(AppContext.BaseDirectory, "native", "fuse_abi_dump.c"));
        string text = Run(program);
        Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(
                words => string.Join(' ', words[..^1]),
                words => ulong.Parse(words[^1], CultureInfo.InvariantCulture),
                StringComparer.Ordinal);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
