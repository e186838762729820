namespace VhdxFuse.Fuse.Protocol;

/// <summary>Entries of a listing. The name follows, and zeros up to a multiple of 8.</summary>
internal static class DirectoryMessages
{
    /// <summary>fuse_dirent before its name.</summary>
    internal struct Dirent
    {
        /// <summary>What entries are aligned to (FUSE_DIRENT_ALIGN).</summary>
        public const int AlignmentBytes = 8;

        /// <summary>Type is st_mode shifted right by this (DT_DIR and so on).</summary>
        public const int TypeShift = 12;

        /// <summary>An inode number that isn't known (FUSE_UNKNOWN_INO in libfuse).</summary>
        public const ulong UnknownInode = 0xFFFFFFFF;

        public ulong Ino;
        public ulong Off;
        public uint Namelen;
        public uint Type;
    }

    /// <summary>fuse_direntplus before its name.</summary>
    internal struct Direntplus
    {
        public AttrMessages.EntryOut EntryOut;
        public Dirent Dirent;
    }
}
