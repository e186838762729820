using BenchmarkDotNet.Attributes;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Blocks;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Benchmarks.Micro;

/// <summary>From a disk offset to bytes, without a file system below: the image is in memory.</summary>
public class ResolveBenchmarks
{
    private const int BlockBytes = 1 << 20;
    private const int ReadBytes = 4096;
    private const long BlockStride = 7; // visits all blocks, as 7 doesn't divide their number

    private readonly byte[] _target = new byte[ReadBytes];
    private DifferencingChain? _chain;
    private BlockMap? _map;
    private long _block;

    [Params(8, 64)]
    public int Blocks { get; set; }

    [GlobalSetup]
    public void Open()
    {
        ImageDraft draft = new() { DiskSizeBytes = (long)Blocks * BlockBytes, BlockSizeBytes = BlockBytes };
        for (int block = 0; block < Blocks; block++)
        {
            draft.Blocks[block] = PayloadBlock.Present(BlockContent.Filled((byte)(block + 1)));
        }

        MemoryImageFile file = draft.Build();
        _chain = DifferencingChain.Open(file, new NoParents(), new OpenOptions());
        _map = _chain.Layers[0].Map;
    }

    [Benchmark]
    public long ResolveOneExtent() => _map!.Resolve(NextOffset(), ReadBytes).LengthBytes;

    [Benchmark]
    public byte ReadFromDisk()
    {
        _chain!.Disk.Read(NextOffset(), _target);
        return _target[0];
    }

    [GlobalCleanup]
    public void Close() => _chain?.Dispose();

    private long NextOffset()
    {
        _block = (_block + BlockStride) % Blocks;
        return _block * BlockBytes;
    }
}
