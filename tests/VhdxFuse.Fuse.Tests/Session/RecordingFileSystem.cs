using System;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>Keeps what it was asked, and answers what it is told to.</summary>
internal sealed class RecordingFileSystem : FuseFileSystemBase
{
    public FuseSetAttributes Changes { get; private set; }

    public FuseFileInfo File { get; private set; }

    public long Offset { get; private set; }

    public byte[] Data { get; private set; } = [];

    public bool DataOnly { get; private set; }

    public FuseFallocateMode Mode { get; private set; }

    /// <summary>What every method returns.</summary>
    public int Result { get; set; }

    public override int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes)
    {
        attributes = new FuseAttributes { Type = FuseFileType.Directory };
        return Result;
    }

    public override int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes)
    {
        Changes = changes;
        return Result;
    }

    public override int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file)
    {
        File = file;
        file.Options = FuseOpenOptions.DirectIO | FuseOpenOptions.ParallelDirectWrites;
        return Result;
    }

    public override int Read(in FuseFileInfo file, long offset, Span<byte> buffer)
    {
        (File, Offset) = (file, offset);
        return Result;
    }

    public override int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data)
    {
        (File, Offset, Data) = (file, offset, data.ToArray());
        return Result;
    }

    public override int FSync(in FuseFileInfo file, bool dataOnly)
    {
        (File, DataOnly) = (file, dataOnly);
        return Result;
    }

    public override int FSyncDir(in FuseFileInfo directory, bool dataOnly)
    {
        (File, DataOnly) = (directory, dataOnly);
        return Result;
    }

    public override int Flush(in FuseFileInfo file) => Result;

    public override int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length)
    {
        (File, Mode, Offset) = (file, mode, offset);
        return Result;
    }

    public override long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind) => Result;
}
