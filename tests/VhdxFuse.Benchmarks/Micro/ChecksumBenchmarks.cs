using BenchmarkDotNet.Attributes;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Benchmarks.Micro;

/// <summary>CRC-32C: of a page, of a region table, of a log.</summary>
public class ChecksumBenchmarks
{
    private const int ChecksumOffset = 4;
    private byte[] _bytes = [];

    [Params(4 << 10, 64 << 10, 1 << 20)]
    public int LengthBytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _bytes = new byte[LengthBytes];
        new System.Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Crc32COfStructure() => Crc32C.OfStructure(_bytes, ChecksumOffset);
}
