using VhdxFuse.Support.Crash;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>The moment at which a session ended without a close.</summary>
/// <param name="Point">The file then.</param>
/// <param name="History">What the guests had done by then.</param>
/// <param name="Pick">Which image the power cut left; null: killed.</param>
internal sealed record Stop(CrashPoint Point, DiskHistory History, int? Pick);
