using System;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Where new identities come from, so that a test's runs repeat.</summary>
public interface IGuidSource
{
    /// <summary>A GUID that was never given before and isn't zero.</summary>
    Guid NewGuid();
}
