using VhdxFuse.Support;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Crash.Tests.Faults;

/// <summary>How a file fails.</summary>
/// <param name="Watched">Which of its calls.</param>
/// <param name="Kind">With what.</param>
/// <param name="BytesBeforeFailure">How much of a write still gets through.</param>
/// <param name="Stays">Whether it goes on failing.</param>
public readonly record struct Fault(
    FileCalls Watched, VhdxErrorKind Kind, int BytesBeforeFailure = 0, bool Stays = false);
