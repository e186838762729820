using System;
using VhdxFuse.Crash.Tests.Scripts;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Crash.Tests.Faults;

/// <summary>
/// Runs a script over a file one call of which fails, and holds the engine to what it promises then. A failure in the
/// log, at home or in a flush ends all writing: nothing claims to be durable any more, reads go on. Any other is the
/// writer's trouble alone: the rest of the script works. Either way every flush that returned holds, now and after a
/// crash.
/// </summary>
internal sealed class FaultRun : IDisposable
{
    private const int ImagesAtTheEnd = 16;
    private const long HeadersEnd = 0x30000;
    private const long StructuresEnd = 4 * Units.MiB; // log, metadata, table: blocks lie behind

    private readonly ImageJudge _judge;
    private readonly Setting _setting;
    private readonly Fault _fault;
    private readonly CrashImageFile _file;
    private readonly FaultyImageFile _faulty;
    private readonly DiskHistory _history;
    private readonly CountingGuids _guids = new(1);
    private DifferencingChain _chain;
    private ulong _values;
    private long _otherCalls; // what the test itself read

    /// <param name="judge">Of the setting.</param>
    /// <param name="failedCall">Which watched call after the open fails, from 1; 0: none.</param>
    /// <param name="fault">How.</param>
    public FaultRun(ImageJudge judge, long failedCall, Fault fault)
    {
        _judge = judge;
        _setting = judge.Setting;
        _fault = fault;
        _file = new CrashImageFile(CrashPoint.Settled(_setting.Image));
        _faulty = new FaultyImageFile(_file)
        {
            Watched = fault.Watched,
            Kind = fault.Kind,
            BytesBeforeFailure = fault.BytesBeforeFailure,
            StaysBroken = fault.Stays,
        };
        _chain = Engine.OpenWritable(_setting, _faulty, _guids);
        _history = new DiskHistory(judge.Start);
        _history.BeginSession(Engine.ValuesOf(_setting, _chain), isSettled: true);
        CallsBefore = _faulty.CallCount;
        _faulty.FailedCall = failedCall == 0 ? 0 : CallsBefore + failedCall;
    }

    /// <summary>Watched calls that opening took.</summary>
    public long CallsBefore { get; }

    /// <summary>Watched calls of the script.</summary>
    public long Calls => _faulty.CallCount - CallsBefore - _otherCalls;

    /// <summary>Whether nothing can be written any more.</summary>
    public bool IsPoisoned { get; private set; }

    /// <summary>Whether the failure met somebody.</summary>
    public bool HasFailed { get; private set; }

    public long LengthBytes => _file.LengthBytes;

    /// <summary>Runs it all and judges what is left.</summary>
    public void Run(Script script)
    {
        foreach (Step step in script.Steps)
        {
            if (!Take(step))
            {
                break; // the session ended with the failure
            }

            ulong[] values = WithoutFault(() => Engine.ValuesOf(_setting, _chain));
            if (_history.FirstWrong(values) is { } wrong)
            {
                Assert.Fail($"after {step} sector {_setting.Sectors[wrong]} shows {values[wrong]}");
            }

            Judge(_file.Snapshot().Cache);
        }

        CrashPoint point = _file.Snapshot();
        Judge(point.Cache);
        foreach (CrashImage image in ImageJudge.ImagesOf(point, ImagesAtTheEnd, seed: 1))
        {
            Judge(image.Bytes);
        }
    }

    public void Dispose()
    {
        _chain.Dispose();
        _faulty.Dispose();
        _file.Dispose();
    }

    private bool Take(Step step)
    {
        try
        {
            Act(step);
            Assert.False(IsPoisoned, $"{step} returned although an earlier failure left the file in doubt");
            return true;
        }
        catch (VhdxException e)
        {
            if (IsPoisoned)
            {
                Assert.Equal(VhdxErrorKind.Io, e.Kind);
                return step.Kind != StepKind.Close;
            }

            Assert.False(HasFailed && !_fault.Stays, $"{step} failed although only an earlier call did: {e.Message}");
            Assert.Equal(_faulty.Kind, e.Kind);
            HasFailed = true;
            IsPoisoned = Poisons(step);
            return step.Kind != StepKind.Close;
        }
    }

    // By where the failed call was, as the engine's rules have it.
    private bool Poisons(Step step)
    {
        (FileCalls call, long at) = _faulty.LastFailure!.Value;
        return step.Kind is StepKind.Flush or StepKind.Checkpoint or StepKind.Close || call switch
        {
            FileCalls.Flush => true,
            FileCalls.Write => at < HeadersEnd || at < StructuresEnd,
            _ => false,
        };
    }

    private void Act(Step step)
    {
        VirtualDisk disk = _chain.Disk;
        (long first, long count) = _setting.RangeOf(step);
        long offset = first * SectorValue.SectorBytes;
        switch (step.Kind)
        {
            case StepKind.Write:
                byte[] bytes = new byte[count * SectorValue.SectorBytes];
                _values++;
                foreach (int index in _setting.Touched(step))
                {
                    int at = (int)(_setting.Sectors[index] - first) * SectorValue.SectorBytes;
                    SectorValue.Fill(bytes.AsSpan(at, SectorValue.SectorBytes), _setting.Sectors[index], _values);
                }

                Change(step, _values, () => disk.Write(offset, bytes));
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
            default:
                MakeDurable(_chain.Close);
                Judge(_file.Snapshot().Cache);
                _chain.Dispose();
                _chain = WithoutFault(() => Engine.OpenWritable(_setting, _faulty, _guids));
                _history.BeginSession(WithoutFault(() => Engine.ValuesOf(_setting, _chain)), isSettled: false);
                break;
        }
    }

    private void Change(Step step, ulong value, Action call)
    {
        long number = _history.BeginWrite(_setting.Touched(step), value);
        call();
        _history.EndWrite(number);
    }

    private void MakeDurable(Action call)
    {
        long[] covered = _history.BeginFlush();
        call();
        _history.EndFlush(covered);
    }

    // Calls that aren't the script's: the one that shall fail is counted without them.
    private T WithoutFault<T>(Func<T> call)
    {
        (long before, long failed) = (_faulty.CallCount, _faulty.FailedCall);
        _faulty.FailedCall = 0;
        T result = call();
        long calls = _faulty.CallCount - before;
        _otherCalls += calls;
        _faulty.FailedCall = failed == 0 || failed <= before ? failed : failed + calls;
        return result;
    }

    private void Judge(PagedBytes image) =>
        Assert.Null(_history.Judge(_judge.Read(image, inDepth: false), _setting.Sectors));
}
