using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Session;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class HandlerGateTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public void Nobody_enters_a_closed_gate()
    {
        var gate = new HandlerGate();
        Assert.True(gate.TryEnter());
        gate.Leave();
        gate.Close();
        Assert.False(gate.TryEnter());
        Assert.False(gate.TryEnter());
    }

    [Fact]
    public async Task Closing_waits_for_all_inside_while_others_try_to_enter()
    {
        // Many rounds, because what is looked for is a lost wake-up or a handler that slipped in.
        for (int round = 0; round < 200; round++)
        {
            var gate = new HandlerGate();
            int inside = 0;
            bool isClosed = false;
            Task[] handlers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (gate.TryEnter())
                {
                    _ = Interlocked.Increment(ref inside);
                    Assert.False(Volatile.Read(ref isClosed));
                    _ = Interlocked.Decrement(ref inside);
                    gate.Leave();
                }
            }))];
            await Task.Run(() =>
            {
                gate.Close();
                Volatile.Write(ref isClosed, true);
                Assert.Equal(0, Volatile.Read(ref inside));
            }).WaitAsync(Deadline);
            await Task.WhenAll(handlers).WaitAsync(Deadline);
        }
    }
}
