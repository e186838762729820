using System;
using System.Linq;
using VhdxFuse.Crash.Tests.Scripts;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;
using Xunit;
using Xunit.Abstractions;

namespace VhdxFuse.Crash.Tests.Faults;

/// <summary>Each call of a script fails once: as on a broken disk, as on a full one, and having written a
/// part.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    // Space that could not be punched out of the file is used all the same, and an extension by a long step that fails
    // is followed by one by a short step.
    private const int FailuresForNobody = 4;
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
        var fault = new Fault(FileCalls.All & ~FileCalls.NextData, kind, bytesBeforeFailure);
        (int calls, int failures, int poisoned) = FailEach(name, fault);
        output.WriteLine($"{calls} calls, {failures} failures met somebody, {poisoned} ended the session");
        Assert.InRange(failures, calls - FailuresForNobody, calls);
        Assert.InRange(poisoned, 10, failures - 10);
    }

    [Theory]
    [InlineData("dynamic")]
    [InlineData("two pages")]
    [InlineData("child")]
    [InlineData("child without bitmap")]
    public void On_a_full_disk_writers_that_need_space_are_refused_and_everything_else_works(string name)
    {
        var fault = new Fault(FileCalls.Allocate, VhdxErrorKind.NoSpace, Stays: true);
        (int calls, int failures, int poisoned) = FailEach(name, fault);
        output.WriteLine($"{calls} calls, {failures} runs in which somebody was refused");
        Assert.Equal(calls, failures);
        Assert.Equal(0, poisoned);
    }

    private static (int Calls, int Failures, int Poisoned) FailEach(string name, Fault fault)
    {
        var judge = new ImageJudge(Settings.Named(name) with { LapSectors = 7 }, new Tally());
        Script script = Script.Parse(Work);
        using var unharmed = new FaultRun(judge, 0, fault);
        unharmed.Run(script);
        FaultRun[] runs = [.. Enumerable.Range(1, (int)unharmed.Calls).Select(RunWith)];
        return (runs.Length, runs.Count(run => run.HasFailed), runs.Count(run => run.IsPoisoned));

        FaultRun RunWith(int call)
        {
            using var run = new FaultRun(judge, call, fault);
            try
            {
                run.Run(script);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"call {call} of {unharmed.Calls}: {e.Message}", e);
            }

            // The space of what failed was given back. It isn't known to be zeros any more, so it comes last.
            Assert.True(run.IsPoisoned || run.LengthBytes <= unharmed.LengthBytes + Units.MiB, "space is lost");
            return run;
        }
    }
}
