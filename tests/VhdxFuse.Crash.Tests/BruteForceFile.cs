using System;
using System.Collections.Generic;
using System.Linq;

namespace VhdxFuse.Crash.Tests;

/// <summary>Power cuts by the definition: every 512-byte part of every write since the last flush, and every change of
/// the length, kept or lost on its own. For tiny files and few writes.</summary>
internal sealed class BruteForceFile
{
    private const int SectorBytes = 512;
    private readonly List<(int At, byte[]? Bytes, bool Extends)> _pending = [];
    private byte[] _durable = [];

    public byte[] Cache { get; private set; } = [];

    public void Write(int at, byte[] bytes)
    {
        int end = at + bytes.Length;
        if (end > Cache.Length)
        {
            _pending.Add((end, null, true));
        }

        for (int start = at; start < end;)
        {
            int next = Math.Min(end, ((start / SectorBytes) + 1) * SectorBytes);
            _pending.Add((start, bytes[(start - at)..(next - at)], false));
            start = next;
        }

        Cache = Put(Cache, at, bytes, carries: true);
    }

    public void SetLength(int length)
    {
        _pending.Add((length, null, false));
        Cache = Resized(Cache, length);
    }

    public void Flush()
    {
        _pending.Clear();
        _durable = Cache;
    }

    public IEnumerable<byte[]> Images() =>
        from mask in Enumerable.Range(0, 1 << _pending.Count)
        from carries in new[] { false, true }
        select Image(mask, carries);

    private byte[] Image(int mask, bool carries)
    {
        byte[] image = _durable;
        for (int i = 0; i < _pending.Count; i++)
        {
            (int at, byte[]? bytes, bool extends) = _pending[i];
            if ((mask >> i & 1) != 0)
            {
                image = bytes is not null ? Put(image, at, bytes, carries)
                    : Resized(image, extends ? Math.Max(at, image.Length) : at);
            }
        }

        return image;
    }

    private static byte[] Put(byte[] file, int at, byte[] bytes, bool carries)
    {
        byte[] result = carries ? Resized(file, Math.Max(file.Length, at + bytes.Length)) : (byte[])file.Clone();
        for (int i = 0; i < bytes.Length && at + i < result.Length; i++)
        {
            result[at + i] = bytes[i];
        }

        return result;
    }

    private static byte[] Resized(byte[] file, int length)
    {
        byte[] result = new byte[length];
        file.AsSpan(0, Math.Min(length, file.Length)).CopyTo(result);
        return result;
    }
}
