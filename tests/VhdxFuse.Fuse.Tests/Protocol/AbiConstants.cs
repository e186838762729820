using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Mounting;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Tests.Protocol;

/// <summary>Which of our numbers is which of C's. Private constants are read by reflection: they are private for good
/// reasons, and no less wrong when they are wrong.</summary>
internal static class AbiConstants
{
    public static readonly string[] NewerThanSomeHeaders =
        ["FUSE_DIRECT_IO_ALLOW_MMAP", "FOPEN_PARALLEL_DIRECT_WRITES"];

    private const string Spawn = "sizeof:posix_spawn_file_actions_t";

    public static IEnumerable<object[]> Rows =>
    [
        Row("FUSE_ASYNC_READ", InitFlags.AsyncRead), Row("FUSE_BIG_WRITES", InitFlags.BigWrites),
        Row("FUSE_DO_READDIRPLUS", InitFlags.DoReadDirPlus), Row("FUSE_READDIRPLUS_AUTO", InitFlags.ReadDirPlusAuto),
        Row("FUSE_ASYNC_DIO", InitFlags.AsyncDio), Row("FUSE_PARALLEL_DIROPS", InitFlags.ParallelDirOps),
        Row("FUSE_ABORT_ERROR", InitFlags.AbortError), Row("FUSE_MAX_PAGES", InitFlags.MaxPages),
        Row("FUSE_INIT_EXT", InitFlags.InitExt), Row("FUSE_DIRECT_IO_ALLOW_MMAP", InitFlags.DirectIOAllowMmap),
        Row("FATTR_MODE", SetAttrFields.Mode), Row("FATTR_UID", SetAttrFields.Uid), Row("FATTR_GID", SetAttrFields.Gid),
        Row("FATTR_SIZE", SetAttrFields.Size), Row("FATTR_ATIME", SetAttrFields.Atime),
        Row("FATTR_MTIME", SetAttrFields.Mtime),
        Row("FOPEN_DIRECT_IO", FuseOpenOptions.DirectIO), Row("FOPEN_KEEP_CACHE", FuseOpenOptions.KeepCache),
        Row("FOPEN_NONSEEKABLE", FuseOpenOptions.NonSeekable), Row("FOPEN_CACHE_DIR", FuseOpenOptions.CacheDirectory),
        Row("FOPEN_PARALLEL_DIRECT_WRITES", FuseOpenOptions.ParallelDirectWrites),
        Row("FUSE_FSYNC_FDATASYNC", FileMessages.FsyncIn.DataOnly), Row("FUSE_ROOT_ID", NodeTable.RootId),
        Row("FUSE_MIN_READ_BUFFER", RequestBuffer.MinRequestBytes),
        Row("FUSE_COMPAT_22_INIT_OUT_SIZE", InitMessages.Out.SizeBefore23),
        Row("FUSE_KERNEL_VERSION", InitNegotiation.Major),
        Row("FUSE_DIRENT_ALIGN(1)", DirectoryMessages.Dirent.AlignmentBytes),
        Row("FUSE_DEV_IOC_CLONE", typeof(LibC), "CloneRequest"),
        Row("MS_RDONLY", MountFlags.ReadOnly), Row("MS_NOSUID", MountFlags.NoSuid), Row("MS_NODEV", MountFlags.NoDev),
        Row("MS_NOEXEC", MountFlags.NoExec), Row("MS_SYNCHRONOUS", MountFlags.Synchronous),
        Row("MS_DIRSYNC", MountFlags.DirSync), Row("MS_NOATIME", MountFlags.NoAtime),
        Row("MS_NODIRATIME", MountFlags.NoDirAtime),
        Row("MNT_DETACH", LibC.DetachMount), Row("UMOUNT_NOFOLLOW", typeof(Unmounter), "NoFollow"),
        Row("O_RDWR | O_CLOEXEC", LibC.ReadWriteCloseOnExec), Row("O_CLOEXEC", LibC.CloseOnExec),
        Row("SOCK_CLOEXEC", LibC.CloseOnExec),
        Row("O_DSYNC", typeof(FuseFileInfo), "DataSync"), Row("O_ACCMODE", typeof(FuseFileInfo), "AccessModeMask"),
        Row("F_SETFD", typeof(LibC), "SetDescriptorFlags"),
        Row("F_DUPFD_CLOEXEC", typeof(LibC), "DuplicateCloseOnExec"),
        Row("FD_CLOEXEC", typeof(LibC), "DescriptorCloseOnExec"),
        Row("AF_UNIX", typeof(LibC), "UnixSocket"), Row("SOCK_STREAM", typeof(LibC), "StreamSocket"),
        Row("SEEK_DATA", FuseSeekKind.Data), Row("SEEK_HOLE", FuseSeekKind.Hole),
        Row("S_IFDIR", FuseFileType.Directory), Row("S_IFREG", FuseFileType.RegularFile),
        Row("S_IFLNK", FuseFileType.SymbolicLink),
        Row("S_IFCHR", typeof(FileStatus), "CharacterDevice"), Row("S_IFMT", typeof(FileStatus), "FormatMask"),
        Row("FALLOC_FL_KEEP_SIZE", FuseFallocateMode.KeepSize),
        Row("FALLOC_FL_PUNCH_HOLE", FuseFallocateMode.PunchHole),
        Row("FALLOC_FL_ZERO_RANGE", FuseFallocateMode.ZeroRange),
        Row("AT_EMPTY_PATH", typeof(FileStatus), "EmptyPath"), Row("STATX_TYPE", typeof(FileStatus), "TypeMask"),
        Row("AT_STATX_FORCE_SYNC", typeof(FileStatus), "ForceSync"),
        Row("sizeof:statx", typeof(FileStatus), "StructureBytes"),
        Row("statx.stx_mode", typeof(FileStatus), "ModeOffset"),
        Row("statx.stx_rdev_major", typeof(FileStatus), "DeviceMajorOffset"),
        Row("MSG_CMSG_CLOEXEC", typeof(DescriptorReceiver), "CloseOnExec"),
        Row("SOL_SOCKET", typeof(DescriptorReceiver), "SocketLevel"),
        Row("SCM_RIGHTS", typeof(DescriptorReceiver), "Rights"),
    ];

    /// <summary>The opaque structure of posix_spawn must fit into what we set aside for it.</summary>
    public static (string Name, ulong Room) SpawnRoom => (Spawn, ValueOf(typeof(PosixSpawn), "OpaqueBytes"));

    private static object[] Row(string name, object value) =>
        [name, value.ToString()!, Convert.ToUInt64(value, CultureInfo.InvariantCulture)];

    private static object[] Row(string name, Type type, string field) =>
        [name, $"{type.Name}.{field}", ValueOf(type, field)];

    private static ulong ValueOf(Type type, string field)
    {
        object value = type.GetField(field, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()
            ?? throw new InvalidOperationException(field);
        return Convert.ToUInt64(value, CultureInfo.InvariantCulture);
    }
}
