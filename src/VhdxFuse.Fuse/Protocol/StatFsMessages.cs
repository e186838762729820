namespace VhdxFuse.Fuse.Protocol;

/// <summary>What statfs(2) answers.</summary>
internal static class StatFsMessages
{
    /// <summary>fuse_kstatfs, alone in fuse_statfs_out.</summary>
    internal struct Kstatfs
    {
        public ulong Blocks;
        public ulong Bfree;
        public ulong Bavail;
        public ulong Files;
        public ulong Ffree;
        public uint Bsize;
        public uint Namelen;
        public uint Frsize;
        public uint Padding;
        public SpareWords Spare;
    }

    /// <summary>Always zero.</summary>
    [System.Runtime.CompilerServices.InlineArray(6)]
    internal struct SpareWords
    {
        public uint Word;
    }
}
