using System.Threading;
using VhdxFuse.Support;
using VhdxFuse.Vhdx.Journal;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Journal;

public sealed class CommitGateTests
{
    [Fact]
    [Rule("D-8")]
    public void Who_comes_while_a_commit_runs_waits_for_the_next_and_all_of_them_share_it()
    {
        var gate = new CommitGate();
        int commits = 0;
        var entered = new ManualResetEventSlim();
        var leave = new ManualResetEventSlim();
        var first = new Thread(() => gate.Run(() =>
        {
            Interlocked.Increment(ref commits);
            entered.Set();
            leave.Wait();
        }));
        first.Start();
        entered.Wait();
        var late = new Thread[4];
        for (int i = 0; i < late.Length; i++)
        {
            late[i] = new Thread(() => gate.Run(() => Interlocked.Increment(ref commits)));
            late[i].Start();
        }

        foreach (Thread thread in late)
        {
            Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), 10_000));
        }

        Assert.Equal(1, commits);
        leave.Set();
        first.Join();
        foreach (Thread thread in late)
        {
            thread.Join();
        }

        Assert.Equal(2, commits);
    }

    [Fact]
    public void A_commit_that_fails_lets_the_others_go_on()
    {
        var gate = new CommitGate();
        Assert.Throws<VhdxException>(() => gate.Run(() => throw new VhdxException(VhdxErrorKind.Io, "x", "fails")));
        bool ran = false;
        gate.Run(() => ran = true);
        Assert.True(ran);
    }
}
