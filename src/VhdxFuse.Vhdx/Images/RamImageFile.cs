using System;
using System.Collections.Concurrent;
using System.Threading;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// A file that lives in memory and goes with the process: for changes that nobody wants to keep. Sparse: only pages
/// that were written take memory, and no more of them than the capacity allows.
/// </summary>
/// <remarks>Any number of threads may read and write; what overlapping writes leave is undefined, as in a file.
/// <see cref="SetLength"/> may run beside those that lie inside the old and the new length.</remarks>
public sealed class RamImageFile : IImageFile
{
    private const int PageBytes = 64 * Units.KiB; // below a megabyte block, so that a small write takes little

    private readonly ConcurrentDictionary<long, byte[]> _pages = new();
    private readonly FileLength _length = new(0);
    private readonly long _capacityPages;
    private readonly Lock _making = new(); // held while a page is added
    private long _usedPages; // only by Interlocked; raised under _making, never above the capacity

    /// <summary>Makes an empty file.</summary>
    /// <param name="name">For messages, and as its identity: no other file of the chain may have it.</param>
    /// <param name="capacityBytes">The most memory that content may take, in steps of 64 KiB.</param>
    public RamImageFile(string name, long capacityBytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        Path = name;
        CapacityBytes = capacityBytes;
        _capacityPages = capacityBytes / PageBytes;
    }

    /// <summary>The most memory that content may take.</summary>
    public long CapacityBytes { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public string Identity => $"memory {Path}";

    /// <inheritdoc/>
    public long LengthBytes => _length.Bytes;

    /// <inheritdoc/>
    /// <remarks>True: no crash leaves anything.</remarks>
    public bool HidesOldBlocks => true;

    /// <inheritdoc/>
    public bool TryReadCached(FileOffset at, Span<byte> target) => Read(at, target) == target.Length;

    /// <inheritdoc/>
    public int Read(FileOffset at, Span<byte> target)
    {
        target = target[..(int)long.Clamp(LengthBytes - at.Value, 0, target.Length)];
        for (int done = 0; done < target.Length;)
        {
            Place(at.Value + done, out long page, out int inPage);
            Span<byte> part = target.Slice(done, int.Min(target.Length - done, PageBytes - inPage));
            if (_pages.TryGetValue(page, out byte[]? bytes))
            {
                bytes.AsSpan(inPage, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += part.Length;
        }

        return target.Length;
    }

    /// <inheritdoc/>
    public FileOffset NextData(FileOffset at)
    {
        long lengthBytes = LengthBytes;
        for (long next = at.Value; next < lengthBytes; next = ((next / PageBytes) + 1) * PageBytes)
        {
            if (_pages.ContainsKey(next / PageBytes))
            {
                return new FileOffset(next);
            }
        }

        return new FileOffset(long.Max(at.Value, lengthBytes));
    }

    /// <inheritdoc/>
    public void Write(FileOffset at, ReadOnlySpan<byte> source)
    {
        for (int done = 0; done < source.Length;)
        {
            Place(at.Value + done, out long page, out int inPage);
            ReadOnlySpan<byte> part = source.Slice(done, int.Min(source.Length - done, PageBytes - inPage));
            part.CopyTo(Page(page).AsSpan(inPage));
            done += part.Length;
        }

        if (!source.IsEmpty)
        {
            _length.GrowTo(at.Value + source.Length);
        }
    }

    /// <inheritdoc/>
    public void WriteZeros(FileOffset at, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long end = checked(at.Value + lengthBytes);
        Clear(at.Value, long.Min(end, LengthBytes));
        if (lengthBytes > 0)
        {
            _length.GrowTo(end);
        }
    }

    /// <inheritdoc/>
    public void SetLength(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        long before = _length.Set(lengthBytes);
        Clear(lengthBytes, before);
    }

    /// <inheritdoc/>
    public void Allocate(FileOffset at, long lengthBytes)
    {
        Invariant.Holds(at.Value + lengthBytes <= LengthBytes);
        for (long page = at.Value / PageBytes; page * PageBytes < at.Value + lengthBytes; page++)
        {
            _ = Page(page);
        }
    }

    /// <summary>Nothing to do: nothing here is ever durable.</summary>
    public void Flush()
    {
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _pages.Clear();

    private static void Place(long at, out long page, out int inPage)
    {
        page = at / PageBytes;
        inPage = (int)(at % PageBytes);
    }

    private byte[] Page(long page)
    {
        if (_pages.TryGetValue(page, out byte[]? bytes))
        {
            return bytes;
        }

        // One at a time: two that make the same page must not count it twice, not even for a moment, or a third
        // would meet a full file.
        lock (_making)
        {
            if (_pages.TryGetValue(page, out bytes))
            {
                return bytes;
            }

            if (Interlocked.Read(ref _usedPages) == _capacityPages)
            {
                throw new VhdxException(
                    VhdxErrorKind.NoSpace,
                    Path,
                    new FileOffset(page * PageBytes),
                    $"can't be written: the {CapacityBytes} bytes that it may take in memory are used up");
            }

            // Pinned, so that the collector never copies a gigabyte of them about.
            bytes = GC.AllocateArray<byte>(PageBytes, pinned: true);
            _ = Interlocked.Increment(ref _usedPages);
            _pages[page] = bytes;
            return bytes;
        }
    }

    // Whole pages go; nobody else can be writing to one, since that would overlap.
    private void Clear(long from, long end)
    {
        if (end - from > _pages.Count * (long)PageBytes)
        {
            ClearFew(from, end);
            return;
        }

        for (long at = from; at < end;)
        {
            Place(at, out long page, out int inPage);
            int count = (int)long.Min(end - at, PageBytes - inPage);
            ClearIn(page, inPage, count);
            at += count;
        }
    }

    // A range longer than all pages there are: the pages are gone through, not the range.
    private void ClearFew(long from, long end)
    {
        foreach ((long page, _) in _pages)
        {
            long first = long.Max(from, page * PageBytes);
            long last = long.Min(end, (page + 1) * PageBytes);
            if (first < last)
            {
                ClearIn(page, (int)(first % PageBytes), (int)(last - first));
            }
        }
    }

    private void ClearIn(long page, int inPage, int count)
    {
        if (count == PageBytes)
        {
            if (_pages.TryRemove(page, out _))
            {
                _ = Interlocked.Decrement(ref _usedPages);
            }
        }
        else if (_pages.TryGetValue(page, out byte[]? bytes))
        {
            bytes.AsSpan(inPage, count).Clear();
        }
    }
}
