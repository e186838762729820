using System;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>What INIT agreed on.</summary>
internal readonly record struct InitOutcome(uint Minor, InitFlags Flags, int MaxPages)
{
    /// <summary>The most data in one request.</summary>
    public int MaxDataBytes => MaxPages * Environment.SystemPageSize;
}
