using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Support.Crash;

/// <summary>
/// A file in memory that knows what a power cut could leave of it. It keeps two states apart, what was made durable and
/// what the cache holds, and everything pending between them in units of 512 bytes.
/// </summary>
/// <remarks>
/// A flush covers what had completed when it was issued, and no more. Any member may be called on many threads at once;
/// <see cref="Watch"/> is called without a lock, on the thread of the caller, so it may use the file itself.
/// A test stops a run by taking a <see cref="Snapshot"/> and going on from that with another file.
/// </remarks>
public sealed class CrashImageFile : IImageFile
{
    private const int MaxStrictBytes = 16 * 1024;
    private readonly Lock _gate = new();
    private readonly List<PendingUnit> _pending; // guarded by _gate; in the order of their operations
    private readonly HashSet<long> _pendingSectors = []; // guarded by _gate
    private readonly PagedBytes _durable; // guarded by _gate
    private readonly PagedBytes _cache; // guarded by _gate
    private long _cutFrom; // guarded by _gate; from here on a pending cut makes zeros
    private long _sureLength; // guarded by _gate; the file is at least so long, whatever is kept
    private long _operations; // guarded by _gate

    /// <summary>Opens a file as another process left it: its cache is kept, pending units stay pending.</summary>
    public CrashImageFile(CrashPoint start, string path = "/memory/crash.vhdx")
    {
        Path = path;
        _durable = start.Durable.Clone();
        _cache = start.Cache.Clone();
        _pending = [.. start.Pending];
        _operations = _pending.Count == 0 ? 0 : _pending[^1].Operation + 1;
        CollectLocked();
    }

    public string Path { get; }

    public string Identity { get; } = Guid.NewGuid().ToString();

    /// <summary>Called in each phase of each operation.</summary>
    public Action<FileOperation, FilePhase>? Watch { get; set; }

    public bool HidesOldBlocks { get; set; } = true;

    public long LengthBytes
    {
        get
        {
            lock (_gate)
            {
                return _cache.LengthBytes;
            }
        }
    }

    /// <summary>How many operations have completed, flushes not counted.</summary>
    public long OperationCount
    {
        get
        {
            lock (_gate)
            {
                return _operations;
            }
        }
    }

    /// <summary>The file at this moment.</summary>
    public CrashPoint Snapshot()
    {
        lock (_gate)
        {
            return new CrashPoint(_durable.Clone(), _cache.Clone(), [.. _pending]);
        }
    }

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        lock (_gate)
        {
            return _cache.Read(at.Value, target);
        }
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        lock (_gate)
        {
            return new FileOffset(_cache.NextData(at.Value));
        }
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        FileOperation operation = new(FileOperationKind.Write, at.Value, source.Length);
        Watch?.Invoke(operation, FilePhase.Before);
        lock (_gate)
        {
            NoteLocked(operation, source.ToArray());
            _cache.Write(at.Value, source);
        }

        Watch?.Invoke(operation, FilePhase.After);
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        FileOperation operation = new(FileOperationKind.WriteZeros, at.Value, lengthBytes);
        Watch?.Invoke(operation, FilePhase.Before);
        lock (_gate)
        {
            NoteLocked(operation, null);
            _cache.Clear(at.Value, lengthBytes);
        }

        Watch?.Invoke(operation, FilePhase.After);
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        FileOperation operation = new(FileOperationKind.SetLength, lengthBytes, 0);
        Watch?.Invoke(operation, FilePhase.Before);
        lock (_gate)
        {
            if (lengthBytes != _cache.LengthBytes || _pending.Exists(unit => unit.IsLength))
            {
                _pending.Add(new PendingUnit(_operations, lengthBytes, null, Extends: false));
                _cutFrom = lengthBytes < _cache.LengthBytes ? long.Min(_cutFrom, lengthBytes) : _cutFrom;
                _sureLength = long.Min(_sureLength, lengthBytes);
            }

            _operations++;
            _cache.SetLength(lengthBytes);
        }

        Watch?.Invoke(operation, FilePhase.After);
    }

    /// <summary>Changes nothing: memory is never short.</summary>
    public void Allocate(FileOffset at, long lengthBytes)
    {
    }

    /// <inheritdoc/>
    public void Flush()
    {
        FileOperation operation = new(FileOperationKind.Flush, 0, 0);
        Watch?.Invoke(operation, FilePhase.Before);
        long covered;
        lock (_gate)
        {
            covered = _operations;
        }

        Watch?.Invoke(operation, FilePhase.Issued);
        lock (_gate)
        {
            int count = _pending.FindIndex(unit => unit.Operation >= covered);
            count = count < 0 ? _pending.Count : count;
            foreach (PendingUnit unit in CollectionsMarshal.AsSpan(_pending)[..count])
            {
                CrashImages.Apply(_durable, unit);
            }

            _pending.RemoveRange(0, count);
            CollectLocked();
        }

        Watch?.Invoke(operation, FilePhase.After);
    }

    /// <summary>Does nothing: a file doesn't change when its last user goes.</summary>
    public void Dispose()
    {
    }

    // Null: zeros.
    private void NoteLocked(FileOperation operation, byte[]? bytes)
    {
        long end = operation.At + operation.LengthBytes;
        if (end > _cache.LengthBytes)
        {
            _pending.Add(new PendingUnit(_operations, end, null, Extends: true));
        }

        byte[] zeros = bytes is null ? new byte[PendingUnit.MaxBytes] : [];
        for (long at = operation.At; at < end;)
        {
            int run = (int)long.Min(PendingUnit.MaxBytes - (at % PendingUnit.MaxBytes), end - at);
            // Zeros in space that the file may lose change no byte, but may carry a length. Of a big write only the
            // first and the last part is taken for that.
            bool carries = at + run > _sureLength
                && (operation.LengthBytes <= MaxStrictBytes || at == operation.At || at + run == end);
            NoteUnitLocked(
                at, bytes?.AsMemory((int)(at - operation.At), run) ?? zeros.AsMemory(0, run), carries);
            at += run;
        }

        _operations++;
    }

    // What equals the cache in a sector that has no other pending version equals what is durable: it changes nothing
    // whatever is kept. Nearly all of a write is like that in these tests, and would drown the rest.
    private void NoteUnitLocked(long at, ReadOnlyMemory<byte> bytes, bool always)
    {
        long sector = at / PendingUnit.MaxBytes;
        if (!always && at + bytes.Length <= _cutFrom && !_pendingSectors.Contains(sector))
        {
            Span<byte> now = stackalloc byte[PendingUnit.MaxBytes];
            _cache.Peek(at, now[..bytes.Length]);
            if (now[..bytes.Length].SequenceEqual(bytes.Span))
            {
                return;
            }
        }

        _pendingSectors.Add(sector);
        _pending.Add(new PendingUnit(_operations, at, bytes, Extends: false));
    }

    private void CollectLocked()
    {
        _pendingSectors.Clear();
        _cutFrom = long.MaxValue;
        _sureLength = _durable.LengthBytes;
        long length = _durable.LengthBytes;
        foreach (PendingUnit unit in _pending)
        {
            if (!unit.IsLength)
            {
                _pendingSectors.Add(unit.At / PendingUnit.MaxBytes);
                continue;
            }

            _cutFrom = unit.At < length && !unit.Extends ? long.Min(_cutFrom, unit.At) : _cutFrom;
            _sureLength = unit.Extends ? _sureLength : long.Min(_sureLength, unit.At);
            length = unit.Extends ? long.Max(length, unit.At) : unit.At;
        }
    }
}
