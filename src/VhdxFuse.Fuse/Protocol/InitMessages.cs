namespace VhdxFuse.Fuse.Protocol;

/// <summary>The first exchange.</summary>
internal static class InitMessages
{
    /// <summary>fuse_init_in up to flags, all that kernels before 7.36 send.</summary>
    internal struct In
    {
        public uint Major;
        public uint Minor;
        public uint MaxReadahead;
        public uint Flags;
    }

    /// <summary>fuse_init_out; its first 24 bytes are all that kernels before 7.23 take.</summary>
    internal struct Out
    {
        /// <summary>Bytes of the reply to a kernel before 7.23 (FUSE_COMPAT_22_INIT_OUT_SIZE).</summary>
        public const int SizeBefore23 = 24;

        public uint Major;
        public uint Minor;
        public uint MaxReadahead;
        public uint Flags;
        public ushort MaxBackground;
        public ushort CongestionThreshold;
        public uint MaxWrite;
        public uint TimeGran;
        public ushort MaxPages;
        public ushort MapAlignment;
        public uint Flags2;
        public Reserved Unused;
    }

    /// <summary>The words kept for later minors; always zero.</summary>
    [System.Runtime.CompilerServices.InlineArray(7)]
    internal struct Reserved
    {
        public uint Word;
    }
}
