using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>statx(2): its structure is the same on every architecture. Only what we look at.</summary>
internal readonly unsafe partial record struct FileStatus(
    FuseFileType Type, bool IsCharacterDevice, uint Major, uint Minor)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int ForceSync = 0x2000; // AT_STATX_FORCE_SYNC
    private const uint TypeMask = 1; // STATX_TYPE
    private const int StructureBytes = 256;
    private const int ModeOffset = 28;
    private const int DeviceMajorOffset = 128; // stx_rdev_major; the minor follows
    private const int FormatMask = 0xF000; // S_IFMT
    private const int CharacterDevice = 0x2000; // S_IFCHR

    /// <summary>Looks at a path, following links, and past the kernel's cache: there a dead mount still looks
    /// alive.</summary>
    /// <returns>0 or a negative error number.</returns>
    public static int Of(string path, out FileStatus status) => Of(CurrentDirectory, path, ForceSync, out status);

    /// <summary>Looks at an open descriptor.</summary>
    /// <returns>0 or a negative error number.</returns>
    public static int Of(int descriptor, out FileStatus status) => Of(descriptor, "", EmptyPath, out status);

    private static int Of(int directory, string path, int flags, out FileStatus status)
    {
        byte* raw = stackalloc byte[StructureBytes];
        if (StatxRaw(directory, path, flags, TypeMask, raw) < 0)
        {
            status = default;
            return -Marshal.GetLastPInvokeError();
        }

        int format = *(ushort*)(raw + ModeOffset) & FormatMask;
        uint* device = (uint*)(raw + DeviceMajorOffset);
        status = new FileStatus((FuseFileType)format, format == CharacterDevice, device[0], device[1]);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxRaw(int directory, string path, int flags, uint mask, byte* buffer);
}
