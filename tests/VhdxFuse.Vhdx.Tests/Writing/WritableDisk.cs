using System;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Vhdx.Tests.Writing;

/// <summary>A disk open for writing, over a file in memory, and what it must read like.</summary>
internal sealed class WritableDisk : IDisposable
{
    private readonly OpenOptions _options;
    private readonly byte[] _buffer = new byte[1 << 20];

    public WritableDisk(
        MemoryImageFile file, ReferenceDisk model, MemoryParentSource? parents = null, OpenOptions? options = null)
    {
        File = file;
        Model = model;
        Parents = parents ?? new MemoryParentSource();
        _options = (options ?? new OpenOptions()) with { Access = ImageAccess.ReadWrite, Guids = new FixedGuids() };
        Chain = DifferencingChain.Open(file, Parents, _options);
        file.ResetCounts();
    }

    public MemoryImageFile File { get; private set; }

    public ReferenceDisk Model { get; private set; }

    public MemoryParentSource Parents { get; }

    public DifferencingChain Chain { get; private set; }

    public VirtualDisk Disk => Chain.Disk;

    /// <summary>Of an image that the builder makes; without parent, its disk must be zeros.</summary>
    public static WritableDisk Of(ImageBuilder builder, OpenOptions? options = null) =>
        new(builder.Build(), new ReferenceDisk((long)builder.DiskSize), options: options);

    public void Write(long offset, int lengthBytes, byte value)
    {
        Span<byte> bytes = lengthBytes <= _buffer.Length ? _buffer.AsSpan(0, lengthBytes) : new byte[lengthBytes];
        bytes.Fill(value);
        Disk.Write(offset, bytes);
        Model.Write(offset, bytes);
    }

    public void WriteZeros(long offset, long lengthBytes)
    {
        Disk.WriteZeros(offset, lengthBytes);
        Model.WriteZeros(offset, lengthBytes);
    }

    /// <summary>Gives the disk another size, whatever is lost.</summary>
    public void Resize(long diskSizeBytes)
    {
        Resizer.Resize(Chain, new ResizeOptions { DiskSizeBytes = diskSizeBytes, DiscardsData = true });
        Model = Model.Resized(diskSizeBytes);
    }

    /// <summary>Ends the session cleanly and begins another.</summary>
    public void Reopen()
    {
        Chain.Close();
        Restart();
    }

    /// <summary>Begins another session without ending this one, as after a kill: the cache is kept.</summary>
    public void Restart()
    {
        File = File.Reopen();
        Chain = DifferencingChain.Open(File, Parents, _options);
    }

    public long? FirstDifference() => Model.FirstDifference(Disk.Read);

    /// <summary>What a reader of the file as it is now sees.</summary>
    public long? FirstDifferenceOfAReader()
    {
        using var chain = DifferencingChain.Open(File.ReopenReadOnly(), Parents, new OpenOptions());
        return Model.FirstDifference(chain.Disk.Read);
    }

    public void Dispose() => Chain.Dispose();
}
