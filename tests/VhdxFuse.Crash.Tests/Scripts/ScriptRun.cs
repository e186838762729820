using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>
/// Runs a script on the engine over a file that knows what accidents could leave, and judges at every moment what that
/// is. An accident that is a step of the script doesn't stop the engine: the state of that moment is put aside, the
/// step runs to its end unwatched, and the next session goes on from what was put aside.
/// </summary>
internal sealed class ScriptRun : IDisposable
{
    private readonly ImageJudge _judge;
    private readonly Setting _setting;
    private readonly Script _script;
    private readonly RunOptions _options;
    private readonly CountingGuids _guids;
    private readonly Dice _dice;
    private readonly List<GuestThread> _guests = [];
    private CrashImageFile _file;
    private DiskHistory _history;
    private DifferencingChain? _chain;
    private HookCounter _hooks = new();
    private Queue<Ending> _endings = new();
    private int _stepThread;
    private bool _takesInsets; // for the step's own thread: a session that begins has no guests yet
    private Step? _step;
    private int _operations; // of the step, on all its threads
    private long _values;
    private volatile Stop? _stop;
    private volatile string? _problem;

    /// <summary>From the setting's image on.</summary>
    public ScriptRun(ImageJudge judge, Script script, RunOptions options)
        : this(
            judge,
            script,
            options,
            new CountingGuids(1),
            0,
            CrashPoint.Settled(judge.Setting.Image),
            new DiskHistory(judge.Start))
    {
        judge.Tally.AddScript();
        Report(judge.Start.Problem, "before the first session");
    }

    private ScriptRun(
        ImageJudge judge,
        Script script,
        RunOptions options,
        CountingGuids guids,
        long values,
        CrashPoint start,
        DiskHistory history)
    {
        _judge = judge;
        _setting = judge.Setting;
        _script = script;
        _options = options;
        _guids = guids;
        _values = values;
        _history = history;
        _dice = new Dice(options.Seed);
        _file = new CrashImageFile(start) { Watch = Watch };
    }

    /// <summary>Runs it.</summary>
    /// <returns>Null: nothing was wrong anywhere.</returns>
    public string? Run()
    {
        _stepThread = Environment.CurrentManagedThreadId;
        if (_problem is null)
        {
            Guard(() => Open(isSettled: false));
        }

        foreach (Step step in _script.Steps)
        {
            if (_problem is null)
            {
                Take(step);
            }
        }

        _step = null;
        if (_problem is null)
        {
            JudgeHere("at the end", isCut: true, isKill: true);
        }

        return _problem;
    }

    public void Dispose()
    {
        _chain?.Dispose();
        _file.Dispose();
    }

    private void Take(Step step)
    {
        _step = step;
        _hooks = new HookCounter();
        _endings = new Queue<Ending>(step.Endings);
        _operations = 0;
        _takesInsets = true;
        Guard(() => Act(step));
        _takesInsets = false;
        foreach (GuestThread guest in _guests)
        {
            if (!guest.Join())
            {
                Report("a call of another guest hangs");
            }
        }

        _guests.Clear();
        if (_stop is null && _problem is null && step.Kind < StepKind.Close)
        {
            Guard(CompareWithNewest);
        }

        while (_problem is null && (_stop ?? StopAtTheEnd()) is { } stop)
        {
            _stop = null;
            Guard(() => GoOnFrom(stop));
        }
    }

    // An ending that the step was too short for ends it now; so does a step that is an accident itself.
    private Stop? StopAtTheEnd()
    {
        bool isAccident = _step!.Kind is StepKind.Kill or StepKind.Cut;
        if (isAccident)
        {
            Step step = _step;
            _step = step with { Kind = StepKind.Flush };
            return StopHere(step.Kind == StepKind.Cut ? step.Pick : null);
        }

        return _endings.TryDequeue(out Ending ending) ? StopHere(ending.Pick) : null;
    }

    private Stop StopHere(int? pick)
    {
        (DiskHistory history, CrashPoint point) = _history.CopyWith(_file.Snapshot);
        return new Stop(point, history, pick);
    }

    private void GoOnFrom(Stop stop)
    {
        Abandon();
        _history = stop.History;
        CrashPoint start = stop.Pick is { } pick
            ? CrashPoint.Settled(CrashImages.Pick(stop.Point, pick).Bytes)
            : stop.Point;
        _file = new CrashImageFile(start) { Watch = Watch };
        Open(isSettled: stop.Pick is not null);
    }

    private void Abandon()
    {
        _file.Watch = (operation, _) => Report($"closing the files without a close does something: {operation}");
        _chain?.Dispose();
        _chain = null;
        _file.Watch = null;
    }

    private void Open(bool isSettled)
    {
        _chain = Engine.OpenWritable(_setting, _file, _guids);
        ulong[] values = Engine.ValuesOf(_setting, _chain);
        if (_stop is null)
        {
            var reading = new Reading(values, _chain.Layers[^1].DataWriteGuid, WasDirty: false, null);
            Report(_history.Judge(reading, _setting.Sectors), "a guest reads after the open");
            _history.BeginSession(values, isSettled);
        }
    }

    private void CompareWithNewest()
    {
        ulong[] newest = _history.Newest();
        ulong[] values = Engine.ValuesOf(_setting, _chain!);
        for (int i = 0; i < newest.Length; i++)
        {
            if (values[i] != newest[i])
            {
                Report($"sector {_setting.Sectors[i]} reads as {SectorValue.Describe(values[i])}, "
                    + $"written was {SectorValue.Describe(newest[i])}");
                return;
            }
        }
    }

    private void Act(Step step)
    {
        VirtualDisk disk = _chain!.Disk;
        (long first, long count) = _setting.RangeOf(step);
        long offset = first * SectorValue.SectorBytes;
        switch (step.Kind)
        {
            case StepKind.Write:
                ulong value = (ulong)Interlocked.Increment(ref _values);
                byte[] bytes = BytesOf(step, first, count, value);
                Change(step, value, () => disk.Write(offset, bytes));
                break;
            case StepKind.Zero:
                Change(step, 0, () => disk.WriteZeros(offset, count * SectorValue.SectorBytes));
                break;
            case StepKind.Flush:
                MakeDurable(disk.Flush);
                break;
            case StepKind.Checkpoint:
                MakeDurable(disk.Checkpoint);
                break;
            case StepKind.Compact:
                MakeDurable(() => Compactor.Compact(_chain, new CompactOptions()));
                break;
            case StepKind.Close:
                MakeDurable(_chain.Close);
                _takesInsets = false;
                if (_stop is null)
                {
                    Abandon();
                    _file = new CrashImageFile(_file.Snapshot()) { Watch = Watch };
                    Open(isSettled: false);
                }

                break;
            default:
                break; // an accident: see StopAtTheEnd
        }
    }

    private void Change(Step step, ulong value, Action call)
    {
        DiskHistory history = _history;
        long number = history.BeginWrite(_setting.Touched(step), value);
        call();
        history.EndWrite(number);
    }

    private void MakeDurable(Action call)
    {
        DiskHistory history = _history;
        long[] covered = history.BeginFlush();
        call();
        history.EndFlush(covered);
        if (_stop is null && _problem is null)
        {
            JudgeHere("at the return", isCut: true, isKill: false);
        }
    }

    // Zeros but for the sectors that are followed: more would only make more units that a cut can lose.
    private byte[] BytesOf(Step step, long first, long count, ulong value)
    {
        byte[] bytes = new byte[count * SectorValue.SectorBytes];
        foreach (int index in _setting.Touched(step))
        {
            long sector = _setting.Sectors[index];
            int at = (int)(sector - first) * SectorValue.SectorBytes;
            SectorValue.Fill(bytes.AsSpan(at, SectorValue.SectorBytes), sector, value);
        }

        return bytes;
    }

    private void Watch(FileOperation operation, FilePhase phase)
    {
        if (phase == FilePhase.Before)
        {
            int number = Interlocked.Increment(ref _operations);
            if (_stop is null && _endings.TryPeek(out Ending ending) && ending.Operation <= number)
            {
                _endings.Dequeue();
                _stop = StopHere(ending.Pick);
            }

            if (_stop is null && _problem is null)
            {
                JudgeHere(
                    $"before {number}, {operation}", operation.Kind == FileOperationKind.Flush, _options.JudgesKills);
            }
        }

        if (_takesInsets && Environment.CurrentManagedThreadId == _stepThread && _step is { Insets.Count: > 0 } step)
        {
            foreach (Hook hook in _hooks.Pass(operation, phase))
            {
                foreach (Inset inset in step.Insets.Where(inset => inset.At == hook))
                {
                    var guest = new GuestThread(() => Guard(() => Act(inset.Step)));
                    guest.WaitUntilDoneOrBlocked();
                    _guests.Add(guest);
                }
            }
        }
    }

    private void JudgeHere(string moment, bool isCut, bool isKill)
    {
        if (!isCut && !isKill)
        {
            return;
        }

        (DiskHistory history, CrashPoint point) = _history.CopyWith(_file.Snapshot);
        _judge.Tally.AddPoint();
        if (isCut)
        {
            JudgeCuts(moment, point, history);
        }

        if (isKill && _problem is null)
        {
            JudgeKill(moment, point, history);
        }
    }

    private void JudgeCuts(string moment, CrashPoint point, DiskHistory history)
    {
        int tried = 0;
        foreach (CrashImage image in ImageJudge.ImagesOf(point, _options.ImagesPerCut, _dice.Next()))
        {
            _judge.Tally.AddImage();
            bool inDepth = tried++ == 1 || _dice.OneIn(_options.DeepOneIn);
            if (history.Judge(_judge.Read(image.Bytes, inDepth), _setting.Sectors) is { } problem)
            {
                Report($"cut {moment}, {image.Describe(point)}: {problem}");
                return;
            }
        }
    }

    private void JudgeKill(string moment, CrashPoint point, DiskHistory history)
    {
        _judge.Tally.AddImage();
        Reading reading = _judge.Read(point.Cache, inDepth: _dice.OneIn(_options.DeepOneIn));
        Report(history.Judge(reading, _setting.Sectors), $"killed {moment}");
        if (_problem is null && _options.TakeoverOneIn > 0 && _dice.OneIn(_options.TakeoverOneIn))
        {
            var options = _options with { JudgesKills = false, TakeoverOneIn = 0, Seed = _dice.Next() };
            using var next = new ScriptRun(
                _judge, Takeover, options, _guids, _values + 100, point, history);
            Report(next.Run(), $"killed {moment}, then `{Takeover}`");
        }
    }

    private static Script Takeover { get; } = Script.Parse("w1.0 f");

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (_stop is null || e is not VhdxException)
        {
            Report($"{e.GetType().Name}: {e.Message} {e.StackTrace}");
        }
        catch (VhdxException)
        {
            // After the moment of the accident nobody asks.
        }
    }

    private void Report(string? problem, string where = "")
    {
        if (problem is not null)
        {
            string step = _step is null ? "" : $"step {_step}: ";
            Interlocked.CompareExchange(
                ref _problem, where.Length == 0 ? step + problem : $"{step}{where}: {problem}", null);
        }
    }
}
