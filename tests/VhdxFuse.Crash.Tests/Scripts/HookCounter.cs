using System.Collections.Generic;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Counts the places of one step as it passes them. For the step's own thread.</summary>
internal sealed class HookCounter
{
    private const long HeaderAt = 64 * Units.KiB;
    private const long HeaderEnd = 192 * Units.KiB;
    private const long LogAt = Units.MiB;
    private const long TableAt = 3 * Units.MiB;
    private readonly Dictionary<HookKind, int> _passed = [];

    /// <summary>The places that this phase of an operation is.</summary>
    public IEnumerable<Hook> Pass(FileOperation operation, FilePhase phase)
    {
        switch (phase)
        {
            case FilePhase.Before:
                yield return Next(HookKind.Operation);
                if (operation.Kind == FileOperationKind.Write && KindOf(operation.At) is { } kind)
                {
                    yield return Next(kind);
                }

                break;
            case FilePhase.Issued:
                yield return Next(HookKind.Sync);
                break;
            default:
                if (operation.Kind == FileOperationKind.Flush)
                {
                    yield return Next(HookKind.Synced);
                }

                break;
        }
    }

    private static HookKind? KindOf(long at) => at switch
    {
        >= HeaderAt and < HeaderEnd => HookKind.Header,
        >= LogAt and < LogAt + Units.MiB => HookKind.Log,
        >= TableAt and < TableAt + Units.MiB => HookKind.Home,
        _ => null,
    };

    private Hook Next(HookKind kind)
    {
        _passed[kind] = _passed.GetValueOrDefault(kind) + 1;
        return new Hook(kind, _passed[kind]);
    }
}
