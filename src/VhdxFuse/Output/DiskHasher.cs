using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading.Tasks;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Output;

/// <summary>Hashes a disk in one pass, reading the next piece while the last one is hashed.</summary>
internal sealed class DiskHasher : IDisposable
{
    private const int PieceBytes = 4 << 20;
    private readonly VirtualDisk _disk;
    private readonly string[] _names;
    private readonly IncrementalHash[] _hashes;
    private byte[] _reading = new byte[PieceBytes];
    private byte[] _hashing = new byte[PieceBytes];

    /// <param name="disk">Read from start to end.</param>
    /// <param name="algorithms">Among sha256, sha1, md5.</param>
    public DiskHasher(VirtualDisk disk, string[] algorithms)
    {
        _disk = disk;
        _names = algorithms;
        _hashes = Array.ConvertAll(
            algorithms, name => IncrementalHash.CreateHash(new HashAlgorithmName(name.ToUpperInvariant())));
    }

    /// <summary>Does it.</summary>
    /// <param name="report">Told how many bytes are done.</param>
    /// <returns>Lower-case hexadecimal by algorithm.</returns>
    /// <exception cref="VhdxException">A part of the disk can't be read.</exception>
    public IReadOnlyDictionary<string, string> Run(Action<long> report)
    {
        long offset = 0;
        int filled = Read(offset);
        while (filled > 0)
        {
            (_hashing, _reading) = (_reading, _hashing);
            int hashing = filled;
            offset += filled;
            long next = offset;
            Task<int> reading = Task.Run(() => Read(next));
            foreach (IncrementalHash hash in _hashes)
            {
                hash.AppendData(_hashing, 0, hashing);
            }

            filled = reading.GetAwaiter().GetResult();
            report(offset);
        }

        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < _names.Length; i++)
        {
            results[_names[i]] = Convert.ToHexStringLower(_hashes[i].GetHashAndReset());
        }

        return results;
    }

    public void Dispose()
    {
        foreach (IncrementalHash hash in _hashes)
        {
            hash.Dispose();
        }
    }

    private int Read(long offset)
    {
        int length = (int)long.Min(PieceBytes, _disk.LengthBytes - offset);
        _disk.Read(offset, _reading.AsSpan(0, length));
        return length;
    }
}
