namespace VhdxFuse.Fuse.Protocol;

/// <summary>Open files and directories.</summary>
internal static class FileMessages
{
    /// <summary>fuse_open_in, also of OPENDIR.</summary>
    internal struct OpenIn
    {
        public uint Flags;
        public uint OpenFlags;
    }

    /// <summary>fuse_open_out.</summary>
    internal struct OpenOut
    {
        public ulong Fh;
        public uint OpenFlags;
        public uint Padding;
    }

    /// <summary>fuse_release_in, also of RELEASEDIR.</summary>
    internal struct ReleaseIn
    {
        public ulong Fh;
        public uint Flags;
        public uint ReleaseFlags;
        public ulong LockOwner;
    }

    /// <summary>fuse_flush_in.</summary>
    internal struct FlushIn
    {
        public ulong Fh;
        public uint Unused;
        public uint Padding;
        public ulong LockOwner;
    }

    /// <summary>fuse_read_in, also of READDIR and READDIRPLUS.</summary>
    internal struct ReadIn
    {
        public ulong Fh;
        public ulong Offset;
        public uint Size;
        public uint ReadFlags;
        public ulong LockOwner;
        public uint Flags;
        public uint Padding;
    }

    /// <summary>fuse_write_in; the data follows.</summary>
    internal struct WriteIn
    {
        public ulong Fh;
        public ulong Offset;
        public uint Size;
        public uint WriteFlags;
        public ulong LockOwner;
        public uint Flags;
        public uint Padding;
    }

    /// <summary>fuse_write_out.</summary>
    internal struct WriteOut
    {
        public uint Size;
        public uint Padding;
    }

    /// <summary>fuse_fsync_in, also of FSYNCDIR.</summary>
    internal struct FsyncIn
    {
        /// <summary>Bit of <see cref="FsyncFlags"/>: fdatasync (FUSE_FSYNC_FDATASYNC).</summary>
        public const uint DataOnly = 1;

        public ulong Fh;
        public uint FsyncFlags;
        public uint Padding;
    }

    /// <summary>fuse_fallocate_in.</summary>
    internal struct FallocateIn
    {
        public ulong Fh;
        public ulong Offset;
        public ulong Length;
        public uint Mode;
        public uint Padding;
    }

    /// <summary>fuse_lseek_in.</summary>
    internal struct LseekIn
    {
        public ulong Fh;
        public ulong Offset;
        public uint Whence;
        public uint Padding;
    }

    /// <summary>fuse_lseek_out.</summary>
    internal struct LseekOut
    {
        public ulong Offset;
    }
}
