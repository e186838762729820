namespace VhdxFuse.Fuse.Protocol;

/// <summary>The kernel drops nodes. None of these is answered.</summary>
internal static class ForgetMessages
{
    /// <summary>fuse_forget_in.</summary>
    internal struct ForgetIn
    {
        public ulong Nlookup;
    }

    /// <summary>fuse_forget_one.</summary>
    internal struct ForgetOne
    {
        public ulong Nodeid;
        public ulong Nlookup;
    }

    /// <summary>fuse_batch_forget_in; <c>Count</c> times <see cref="ForgetOne"/> follow.</summary>
    internal struct BatchForgetIn
    {
        public uint Count;
        public uint Dummy;
    }
}
