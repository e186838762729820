using System;
using System.Collections.Generic;

namespace VhdxFuse.Partitions;

/// <summary>What the types of partitions are known as: those that disks of virtual machines have.</summary>
internal static class PartitionTypes
{
    private static readonly Dictionary<Guid, string> Known = new()
    {
        [new("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")] = "EFI system",
        [new("21686148-6449-6e6f-744e-656564454649")] = "BIOS boot",
        [new("024dee41-33e7-11d3-9d69-0008c781f39f")] = "master boot record",
        [new("e3c9e316-0b5c-4db8-817d-f92df00215ae")] = "Microsoft reserved",
        [new("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7")] = "Microsoft basic data",
        [new("de94bba4-06d1-4d40-a16a-bfd50179d6ac")] = "Windows recovery",
        [new("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3")] = "Windows dynamic disk metadata",
        [new("af9b60a0-1431-4f62-bc68-3311714a69ad")] = "Windows dynamic disk data",
        [new("e75caf8f-f680-4cee-afa3-b001e56efc2d")] = "Windows storage spaces",
        [new("0fc63daf-8483-4772-8e79-3d69d8477de4")] = "Linux",
        [new("4f68bce3-e8cd-4db1-96e7-fbcaf984b709")] = "Linux root (x86-64)",
        [new("b921b045-1df0-41c3-af44-4c6f280d3fae")] = "Linux root (ARM64)",
        [new("933ac7e1-2eb4-4f13-b844-0e14e2aef915")] = "Linux home",
        [new("3b8f8425-20e0-4f3b-907f-1a25a76f98e8")] = "Linux server data",
        [new("4d21b016-b534-45c2-a9fb-5c16e091fd2d")] = "Linux variable data",
        [new("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f")] = "Linux swap",
        [new("e6d6d379-f507-44c2-a23c-238f2a3df928")] = "Linux LVM",
        [new("a19d880f-05fc-4d3b-a006-743f0f84911e")] = "Linux RAID",
        [new("ca7d7ccb-63ed-4c53-861c-1742536059cc")] = "Linux LUKS",
        [new("bc13c2ff-59e6-4262-a352-b275fd6f7172")] = "Linux extended boot",
        [new("516e7cb4-6ecf-11d6-8ff8-00022d09712b")] = "FreeBSD",
        [new("516e7cba-6ecf-11d6-8ff8-00022d09712b")] = "FreeBSD ZFS",
        [new("6a898cc3-1dd2-11b2-99a6-080020736631")] = "ZFS",
        [new("48465300-0000-11aa-aa11-00306543ecac")] = "Apple HFS+",
        [new("7c3457ef-0000-11aa-aa11-00306543ecac")] = "Apple APFS",
        [new("aa31e02a-400f-11db-9590-000c2911d1b8")] = "VMware VMFS",
    };

    /// <returns>Null for one that isn't in the list.</returns>
    public static string? NameOf(byte type) => type switch
    {
        0x01 => "FAT12",
        0x04 or 0x06 or 0x0e => "FAT16",
        0x05 or 0x0f or 0x85 => "extended",
        0x07 => "NTFS or exFAT",
        0x0b or 0x0c => "FAT32",
        0x11 or 0x14 or 0x16 or 0x1b or 0x1c or 0x1e => "hidden FAT",
        0x17 => "hidden NTFS",
        0x27 => "Windows recovery",
        0x42 => "Windows dynamic disk",
        0x82 => "Linux swap",
        0x83 => "Linux",
        0x8e => "Linux LVM",
        0xa5 => "FreeBSD",
        0xa6 => "OpenBSD",
        0xa8 or 0xaf => "Apple",
        0xbf => "Solaris",
        0xef => "EFI system",
        0xfb or 0xfc => "VMware",
        0xfd => "Linux RAID",
        _ => null,
    };

    /// <returns>Null for one that isn't in the list.</returns>
    public static string? NameOf(Guid type) => Known.GetValueOrDefault(type);
}
