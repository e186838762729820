using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VhdxFuse.Vhdx;

/// <summary>What must hold whatever the file says; stays on in release builds.</summary>
internal static class Invariant
{
    /// <summary>Throws when our own reasoning is wrong. Never a judgement on an image.</summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        if (!condition)
        {
            throw new InvariantException(text ?? "");
        }
    }
}
