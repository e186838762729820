namespace VhdxFuse.Fuse.Protocol;

/// <summary>Attributes and names.</summary>
internal static class AttrMessages
{
    private const int StatBlockBytes = 512;
    private const uint DefaultBlockSizeBytes = 4096;

    /// <summary>fuse_attr.</summary>
    internal struct Attr
    {
        public ulong Ino;
        public ulong Size;
        public ulong Blocks;
        public long Atime;
        public long Mtime;
        public long Ctime;
        public uint Atimensec;
        public uint Mtimensec;
        public uint Ctimensec;
        public uint Mode;
        public uint Nlink;
        public uint Uid;
        public uint Gid;
        public uint Rdev;
        public uint Blksize;
        public uint Flags;

        /// <summary>Encodes; nodeId stands in for an inode number that wasn't given.</summary>
        public static Attr From(in FuseAttributes attributes, ulong nodeId) => new()
        {
            Ino = attributes.Inode != 0 ? attributes.Inode : nodeId,
            Size = (ulong)attributes.SizeBytes,
            Blocks = ((ulong)attributes.AllocatedBytes + StatBlockBytes - 1) / StatBlockBytes,
            Atime = attributes.AccessTime.Seconds,
            Mtime = attributes.ModificationTime.Seconds,
            Ctime = attributes.ChangeTime.Seconds,
            Atimensec = attributes.AccessTime.Nanoseconds,
            Mtimensec = attributes.ModificationTime.Nanoseconds,
            Ctimensec = attributes.ChangeTime.Nanoseconds,
            Mode = (uint)attributes.Type | (uint)attributes.Permissions,
            Nlink = LinksOf(attributes),
            Uid = attributes.UserId,
            Gid = attributes.GroupId,
            Blksize = attributes.BlockSizeBytes != 0 ? attributes.BlockSizeBytes : DefaultBlockSizeBytes,
        };

        private static uint LinksOf(in FuseAttributes attributes) => attributes.LinkCount switch
        {
            0 => attributes.Type == FuseFileType.Directory ? 2u : 1u,
            uint given => given,
        };
    }

    /// <summary>fuse_attr_out.</summary>
    internal struct AttrOut
    {
        public ulong AttrValid;
        public uint AttrValidNsec;
        public uint Dummy;
        public Attr Attr;
    }

    /// <summary>fuse_entry_out. A nodeid of 0 says "no such name", and how long to believe it.</summary>
    internal struct EntryOut
    {
        public ulong Nodeid;
        public ulong Generation;
        public ulong EntryValid;
        public ulong AttrValid;
        public uint EntryValidNsec;
        public uint AttrValidNsec;
        public Attr Attr;
    }

    /// <summary>fuse_setattr_in.</summary>
    internal struct SetAttrIn
    {
        public uint Valid;
        public uint Padding;
        public ulong Fh;
        public ulong Size;
        public ulong LockOwner;
        public ulong Atime;
        public ulong Mtime;
        public ulong Ctime;
        public uint Atimensec;
        public uint Mtimensec;
        public uint Ctimensec;
        public uint Mode;
        public uint Unused4;
        public uint Uid;
        public uint Gid;
        public uint Unused5;
    }
}
