using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>
/// What each followed sector may show after an accident: the version that was flushed last, or a later one. Guests on
/// several threads report to it before and after each call, and no two of them write one sector at once.
/// </summary>
internal sealed class DiskHistory
{
    private readonly Lock _gate = new();
    private readonly List<Version>[] _versions; // guarded by _gate; by followed sector, the oldest possible one first
    private readonly ConcurrentDictionary<Guid, int> _sessionOfGuid;
    private readonly List<HashSet<ulong>[]> _contents; // guarded by _gate; by session, what a sector could end it with
    private long _numbers; // guarded by _gate
    private int _session; // guarded by _gate
    private bool _hasWritten; // guarded by _gate; whether this session has begun a write

    /// <summary>Starts with what an image shows before the first session.</summary>
    public DiskHistory(Reading start)
    {
        _versions = [.. start.Values.Select(value => new List<Version> { new(value, 0, IsComplete: true) })];
        _contents = [];
        _sessionOfGuid = new() { [start.DataWriteGuid] = 0 };
    }

    private DiskHistory(DiskHistory other)
    {
        lock (other._gate)
        {
            _versions = [.. other._versions.Select(versions => new List<Version>(versions))];
            _sessionOfGuid = other._sessionOfGuid;
            _contents = [.. other._contents];
            (_numbers, _session, _hasWritten) = (other._numbers, other._session, other._hasWritten);
        }
    }

    /// <summary>The same at this moment, to go on from or to judge by, and what somebody else sees at the same
    /// moment: no call of a guest begins or ends between the two.</summary>
    public (DiskHistory History, T Seen) CopyWith<T>(Func<T> look)
    {
        lock (_gate)
        {
            return (new DiskHistory(this), look());
        }
    }

    /// <summary>A write begins.</summary>
    /// <returns>Its number, for <see cref="EndWrite"/>.</returns>
    public long BeginWrite(IEnumerable<int> sectors, ulong value)
    {
        lock (_gate)
        {
            _numbers++;
            _hasWritten = true;
            foreach (int sector in sectors)
            {
                _versions[sector].Add(new Version(value, _numbers, IsComplete: false));
            }

            return _numbers;
        }
    }

    public void EndWrite(long number)
    {
        lock (_gate)
        {
            foreach (List<Version> versions in _versions)
            {
                int index = versions.FindIndex(version => version.Number == number);
                if (index >= 0)
                {
                    versions[index] = versions[index] with { IsComplete = true };
                }
            }
        }
    }

    /// <summary>What a guest reads when no write is under way.</summary>
    public ulong[] Newest()
    {
        lock (_gate)
        {
            return [.. _versions.Select(versions => versions[^1].Value)];
        }
    }

    /// <summary>Whether a guest may read this now: of each sector what was written last, or, where a write failed, what
    /// that left or found.</summary>
    /// <returns>The index of a sector that may not be so; null: none.</returns>
    public int? FirstWrong(IReadOnlyList<ulong> values)
    {
        lock (_gate)
        {
            for (int i = 0; i < _versions.Length; i++)
            {
                int newest = _versions[i].FindLastIndex(version => version.IsComplete);
                if (!_versions[i].Skip(int.Max(newest, 0)).Any(version => version.Value == values[i]))
                {
                    return i;
                }
            }

            return null;
        }
    }

    /// <summary>A flush begins.</summary>
    /// <returns>For each sector the version that it covers, for <see cref="EndFlush"/>.</returns>
    public long[] BeginFlush()
    {
        lock (_gate)
        {
            return [.. _versions.Select(versions => versions.FindLast(version => version.IsComplete).Number)];
        }
    }

    /// <summary>From now on nothing older than what the flush covers may ever be seen again.</summary>
    public void EndFlush(long[] covered)
    {
        lock (_gate)
        {
            for (int i = 0; i < _versions.Length; i++)
            {
                int index = _versions[i].FindIndex(version => version.Number == covered[i]);
                _versions[i].RemoveRange(0, int.Max(index, 0)); // a later flush may have returned before
            }
        }
    }

    /// <summary>The next session begins, and reads this.</summary>
    /// <param name="values">By followed sector.</param>
    /// <param name="isSettled">After a power cut, or a clean close: nothing else can come back. Else what was possible
    /// stays possible until it is flushed.</param>
    public void BeginSession(IReadOnlyList<ulong> values, bool isSettled)
    {
        lock (_gate)
        {
            for (int i = 0; i < _versions.Length; i++)
            {
                List<Version> versions = _versions[i];
                int index = versions.FindIndex(version => version.Value == values[i]);
                if (index < 0)
                {
                    continue; // judged, and reported, elsewhere
                }

                Version seen = versions[index] with { IsComplete = true };
                if (isSettled)
                {
                    versions.Clear();
                }
                else
                {
                    seen = seen with { Number = ++_numbers };
                }

                versions.Add(seen);
            }

            _contents.Add([.. _versions.Select(versions => versions.Select(version => version.Value).ToHashSet())]);
            _session++;
            _hasWritten = false;
        }
    }

    /// <summary>Judges what a reader finds.</summary>
    /// <param name="reading">Of an image that an accident left, or of the file itself.</param>
    /// <param name="sectors">The followed sectors' numbers, for the message.</param>
    /// <returns>Null: it may be so.</returns>
    public string? Judge(Reading reading, IReadOnlyList<long> sectors)
    {
        if (reading.Problem is not null)
        {
            return reading.Problem;
        }

        lock (_gate)
        {
            if (!_sessionOfGuid.TryGetValue(reading.DataWriteGuid, out int session))
            {
                if (!_hasWritten)
                {
                    return "the DataWriteGuid changed in a session that has written nothing";
                }

                session = _sessionOfGuid.GetOrAdd(reading.DataWriteGuid, _session);
            }

            for (int i = 0; i < _versions.Length; i++)
            {
                ulong value = reading.Values[i];
                if (!_versions[i].Exists(version => version.Value == value))
                {
                    return $"sector {sectors[i]} shows {SectorValue.Describe(value)}, which may be "
                        + string.Join(" or ", _versions[i].Select(version => SectorValue.Describe(version.Value)));
                }

                if (session < _session && !_contents[session][i].Contains(value))
                {
                    return $"sector {sectors[i]} shows {SectorValue.Describe(value)} under the DataWriteGuid of "
                        + $"session {session}, before it was written";
                }
            }
        }

        return null;
    }
}
