using System;
using System.Linq;
using BenchmarkDotNet.Attributes;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Benchmarks.Micro;

/// <summary>Bytes to values and back, structure by structure.</summary>
public class CodecBenchmarks
{
    private const int Entries = 512; // a page of the BAT
    private readonly byte[] _header = new byte[VhdxHeader.SizeBytes];
    private readonly byte[] _regionTable = new byte[RegionTable.SizeBytes];
    private readonly byte[] _entryHeader = new byte[LogEntryHeader.SizeBytes];
    private readonly byte[] _descriptor = new byte[LogDescriptor.SizeBytes];
    private readonly ulong[] _entries = [.. Enumerable.Range(4, Entries).Select(n => ((ulong)n << 20) | 6)];

    [GlobalSetup]
    public void Fill()
    {
        Header().Write(_header);
        Table().Write(_regionTable);
        EntryHeader().Write(_entryHeader);
        Descriptor().Write(_descriptor);
    }

    [Benchmark]
    public bool ReadHeader() => VhdxHeader.TryRead(_header, out _);

    [Benchmark]
    public void WriteHeader() => Header().Write(_header);

    [Benchmark]
    public bool ReadRegionTable() => RegionTable.TryRead(_regionTable, out _);

    [Benchmark]
    public bool ReadLogEntryHeader() => LogEntryHeader.TryRead(_entryHeader, out _);

    [Benchmark]
    public void WriteLogEntryHeader() => EntryHeader().Write(_entryHeader);

    [Benchmark]
    public bool ReadLogDescriptor() => LogDescriptor.TryRead(_descriptor, out _);

    [Benchmark]
    public void WriteLogDescriptor() => Descriptor().Write(_descriptor);

    [Benchmark(OperationsPerInvoke = Entries)]
    public ulong ReadBatEntries()
    {
        ulong sum = 0;
        foreach (ulong raw in _entries)
        {
            BatEntry entry = new(raw);
            sum += entry.FileOffsetMiB + (ulong)entry.State;
        }

        return sum;
    }

    private static VhdxHeader Header() => new(
        1, Guid.Empty, Guid.Empty, Guid.Empty, LogVersion: 0, Version: 1, LogLengthBytes: 1 << 20, LogOffset: 1 << 20);

    private static RegionTable Table() => new(
    [
        new RegionTableEntry(RegionIds.Bat, 3 << 20, 1 << 20, RegionTableEntry.RequiredFlag),
        new RegionTableEntry(RegionIds.Metadata, 2 << 20, 1 << 20, RegionTableEntry.RequiredFlag),
    ]);

    private static LogEntryHeader EntryHeader() => new(1, 8192, 0, 1, 1, Guid.Empty, 4 << 20, 4 << 20);

    private static LogDescriptor Descriptor() => new(true, 0, 0, 0, 3 << 20, 1);
}
