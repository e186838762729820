using System;

namespace VhdxFuse.Vhdx;

/// <summary>A fault of this library, not of an image. The user is asked to report it.</summary>
public sealed class InvariantException : Exception
{
    internal InvariantException(string condition)
        : base($"internal error, please report it: {condition} does not hold")
    {
    }
}
