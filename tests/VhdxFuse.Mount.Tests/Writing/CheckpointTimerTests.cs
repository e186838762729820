using System;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Hosting;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Vhdx;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

public sealed class CheckpointTimerTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly KeptLines _log = new();
    private int _checkpoints;

    [Fact]
    public async Task A_write_is_followed_by_a_checkpoint_once_all_is_calm_and_no_other_comes()
    {
        using CheckpointTimer timer = Started(() => Interlocked.Increment(ref _checkpoints), Soon, Never);
        for (int round = 1; round <= 20; round++)
        {
            timer.NoteWrite();
            await Eventually.True(() => Volatile.Read(ref _checkpoints) == round, "the checkpoint");
        }

        timer.Stop();
        Assert.Equal(20, _checkpoints);
    }

    [Fact]
    public async Task Writes_that_never_end_don_t_put_it_off_for_ever()
    {
        using CheckpointTimer timer = Started(
            () => Interlocked.Increment(ref _checkpoints), Never, TimeSpan.FromMilliseconds(20));
        await Eventually.True(
            () =>
            {
                timer.NoteWrite();
                return Volatile.Read(ref _checkpoints) >= 3;
            },
            "three checkpoints");
    }

    [Fact]
    public void Without_a_write_there_is_none_and_stopping_doesn_t_make_one()
    {
        using (CheckpointTimer timer = Started(() => Interlocked.Increment(ref _checkpoints), Soon, Soon))
        {
            timer.Stop();
            timer.NoteWrite();
        }

        using (CheckpointTimer timer = Started(() => Interlocked.Increment(ref _checkpoints), Never, Never))
        {
            timer.NoteWrite();
        }

        using var unstarted = new CheckpointTimer(() => Interlocked.Increment(ref _checkpoints), _log);
        unstarted.NoteWrite();
        Assert.Equal(0, _checkpoints);
    }

    [Fact]
    public async Task A_failure_is_logged_once_however_often_it_comes()
    {
        using CheckpointTimer timer = Started(
            () =>
            {
                Interlocked.Increment(ref _checkpoints);
                throw new VhdxException(VhdxErrorKind.Io, "a.vhdx", "can't be made durable");
            },
            Soon,
            Soon);
        for (int round = 1; round <= 5; round++)
        {
            timer.NoteWrite();
            await Eventually.True(() => Volatile.Read(ref _checkpoints) == round, "the checkpoint");
        }

        timer.Stop();
        Assert.Equal(["a.vhdx: can't be made durable; what was written and not synced isn't durable"], _log.Lines);
    }

    private CheckpointTimer Started(Action checkpoint, TimeSpan idle, TimeSpan longest)
    {
        var timer = new CheckpointTimer(checkpoint, _log) { Step = Soon, Idle = idle, Longest = longest };
        timer.Start();
        return timer;
    }
}
