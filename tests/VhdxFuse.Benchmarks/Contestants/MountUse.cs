namespace VhdxFuse.Benchmarks.Contestants;

/// <summary>What a mounted disk is for.</summary>
internal enum MountUse
{
    Read,

    Write,
}
