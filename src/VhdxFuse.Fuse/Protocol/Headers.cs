namespace VhdxFuse.Fuse.Protocol;

/// <summary>What stands before every message. Fields are named and ordered as in &lt;linux/fuse.h&gt;.</summary>
internal static class Headers
{
    /// <summary>fuse_in_header. <c>Len</c> counts the whole message.</summary>
    internal struct In
    {
        public uint Len;
        public uint Opcode;
        public ulong Unique;
        public ulong Nodeid;
        public uint Uid;
        public uint Gid;
        public uint Pid;
        public ushort TotalExtlen;
        public ushort Padding;
    }

    /// <summary>fuse_out_header. <c>Len</c> counts the whole message, <c>Error</c> is 0 or a negative error number
    /// above -512; anything else makes the kernel refuse the reply.</summary>
    internal struct Out
    {
        public uint Len;
        public int Error;
        public ulong Unique;
    }
}
