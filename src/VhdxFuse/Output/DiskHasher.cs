using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>Hashes a disk or a file in one pass: while each algorithm works on one stretch on a thread of its own, the
/// next is read. Zeros that nobody stores aren't read.</summary>
internal sealed class DiskHasher : IDisposable
{
    private const int StretchBytes = 4 << 20;
    private readonly HashSource _source;
    private readonly RunningHash[] _whole;
    private readonly RunningHash[] _pieces; // empty when only the whole is asked for
    private readonly long _pieceBytes;
    private readonly Action<HashPiece> _found;
    private readonly byte[] _zeros = new byte[StretchBytes];
    private byte[] _reading = new byte[StretchBytes];
    private byte[] _spare = new byte[StretchBytes];
    private long _nextData;

    /// <param name="disk">Read from start to end.</param>
    /// <param name="algorithms">Among <see cref="RunningHash.Names"/>.</param>
    public DiskHasher(VirtualDisk disk, string[] algorithms)
        : this(HashSource.Of(disk), algorithms, 0, _ => { })
    {
    }

    /// <param name="source">Read from start to end.</param>
    /// <param name="algorithms">Among <see cref="RunningHash.Names"/>.</param>
    /// <param name="pieceBytes">Hash each stretch of this length by itself too; 0: don't.</param>
    /// <param name="found">Told of each piece, in order.</param>
    public DiskHasher(HashSource source, string[] algorithms, long pieceBytes, Action<HashPiece> found)
    {
        _source = source;
        _whole = Array.ConvertAll(algorithms, name => new RunningHash(name));
        _pieces = pieceBytes == 0 ? [] : Array.ConvertAll(algorithms, name => new RunningHash(name));
        _pieceBytes = pieceBytes;
        _found = found;
    }

    /// <summary>Does it.</summary>
    /// <param name="report">Told how many bytes are done.</param>
    /// <returns>Lower-case hexadecimal by algorithm.</returns>
    /// <exception cref="VhdxException">A part of the disk can't be read.</exception>
    public IReadOnlyDictionary<string, string> Run(Action<long> report)
    {
        long offset = 0;
        ReadOnlyMemory<byte> stretch = Read(offset);
        while (!stretch.IsEmpty)
        {
            long next = offset + stretch.Length;
            ReadOnlyMemory<byte> hashing = stretch;
            var reading = Task.Run(() => Read(next));
            Append(hashing);
            stretch = reading.GetAwaiter().GetResult();
            EndPiece(offset, next);
            offset = next;
            report(offset);
        }

        return Take(_whole);
    }

    public void Dispose()
    {
        foreach (RunningHash hash in (RunningHash[])[.. _whole, .. _pieces])
        {
            hash.Dispose();
        }
    }

    private static Dictionary<string, string> Take(RunningHash[] hashes)
    {
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RunningHash hash in hashes)
        {
            results[hash.Name] = hash.Take();
        }

        return results;
    }

    private void Append(ReadOnlyMemory<byte> bytes)
    {
        RunningHash[] hashes = [.. _whole, .. _pieces];
        if (hashes.Length == 1)
        {
            hashes[0].Append(bytes.Span);
        }
        else
        {
            Parallel.ForEach(hashes, hash => hash.Append(bytes.Span));
        }
    }

    private void EndPiece(long start, long end)
    {
        if (_pieceBytes > 0 && (end % _pieceBytes == 0 || end == _source.LengthBytes))
        {
            long first = start / _pieceBytes * _pieceBytes;
            _found(new HashPiece(first, end - first, Take(_pieces)));
        }
    }

    /// <summary>The next stretch: to the end of its piece or of the zeros. Its buffer is used again for the stretch
    /// after the next.</summary>
    private ReadOnlyMemory<byte> Read(long offset)
    {
        if (offset == _source.LengthBytes)
        {
            return default;
        }

        _nextData = offset < _nextData ? _nextData : _source.NextData(offset);
        bool isZero = _nextData > offset;
        long end = long.Min(_source.LengthBytes, isZero ? _nextData : offset + StretchBytes);
        end = _pieceBytes == 0 ? end : long.Min(end, ((offset / _pieceBytes) + 1) * _pieceBytes);
        int length = (int)long.Min(end - offset, StretchBytes);
        if (isZero)
        {
            return _zeros.AsMemory(0, length);
        }

        (_reading, _spare) = (_spare, _reading);
        _source.Read(offset, _reading.AsMemory(0, length));
        return _reading.AsMemory(0, length);
    }
}
