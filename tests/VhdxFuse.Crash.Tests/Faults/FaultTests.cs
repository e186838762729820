using System;
using VhdxFuse.Crash.Tests.Scripts;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Faults;

/// <summary>Each call of a script fails once: as on a broken disk, as on a full one, and having written a part.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const string Work = "w0.0 f w1 z0.1 f z1 f c w2.0 f w0.1 w1.0 f x w3 f z3 x";

    [Theory]
    [InlineData("dynamic", VhdxErrorKind.Io, 0)]
    [InlineData("tight", VhdxErrorKind.Io, 512)]
    [InlineData("two pages", VhdxErrorKind.Io, 512)]
    [InlineData("dirty space", VhdxErrorKind.Io, 0)]
    [InlineData("child", VhdxErrorKind.Io, 512)]
    [InlineData("child without bitmap", VhdxErrorKind.Io, 0)]
    [InlineData("dynamic", VhdxErrorKind.NoSpace, 0)]
    [InlineData("tight", VhdxErrorKind.NoSpace, 512)]
    [InlineData("two pages", VhdxErrorKind.NoSpace, 0)]
    [InlineData("dirty space", VhdxErrorKind.NoSpace, 512)]
    [InlineData("child", VhdxErrorKind.NoSpace, 0)]
    [InlineData("child without bitmap", VhdxErrorKind.NoSpace, 512)]
    public void Whichever_call_fails_nothing_flushed_is_lost(string name, VhdxErrorKind kind, int bytesBeforeFailure)
    {
        var judge = new ImageJudge(Settings.Named(name) with { LapSectors = 7 }, new Tally());
        Script script = Script.Parse(Work);
        (long calls, long length) = RunOnce(judge, script, 0, kind, bytesBeforeFailure, out _, out _);
        int failures = 0;
        int poisoned = 0;
        for (long call = 1; call <= calls; call++)
        {
            try
            {
                (_, long left) = RunOnce(
                    judge, script, call, kind, bytesBeforeFailure, out bool hasFailed, out bool isPoisoned);
                failures += hasFailed ? 1 : 0;
                poisoned += isPoisoned ? 1 : 0;

                // The space of what failed was given back. It isn't known to be zeros any more, so it comes last.
                Assert.True(isPoisoned || left <= length + Units.MiB, $"0x{left:x} bytes are left, not 0x{length:x}");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"call {call} of {calls}: {e.Message}", e);
            }
        }

        output.WriteLine($"{calls} calls, {failures} failures met somebody, {poisoned} ended the session");
        Assert.True(failures > calls / 2, "too few failures met anybody");
        Assert.InRange(poisoned, 10, failures - 1);
    }

    private static (long Calls, long LengthBytes) RunOnce(
        ImageJudge judge,
        Script script,
        long failedCall,
        VhdxErrorKind kind,
        int bytesBeforeFailure,
        out bool hasFailed,
        out bool isPoisoned)
    {
        using var run = new FaultRun(judge, failedCall, kind, bytesBeforeFailure);
        run.Run(script);
        (hasFailed, isPoisoned) = (run.HasFailed, run.IsPoisoned);
        return (run.Calls, run.LengthBytes);
    }
}
