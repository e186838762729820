using System;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Support.Images;

/// <summary>Identities that repeat from run to run.</summary>
public sealed class FixedGuids : IGuidSource
{
    private int _given;

    public Guid NewGuid() => new(++_given, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1);
}
