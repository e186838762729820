using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>Waits for something to be seen.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task True(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"{what}: not within {Deadline.TotalSeconds} s");
            await Task.Delay(Pause);
        }
    }
}
