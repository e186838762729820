using System;
using System.Text;
using Microsoft.Extensions.Logging;
using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>Logs each request and its answer, then the file system's (option -d).</summary>
internal sealed class TracedFileSystem(IFuseFileSystem inner, ILogger log) : IFuseFileSystem
{
    public int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes) =>
        Traced("GETATTR", path, inner.GetAttr(path, out attributes));

    public int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes) =>
        Traced("SETATTR", path, inner.SetAttr(path, changes));

    public int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo directory) =>
        Traced("OPENDIR", path, inner.OpenDir(path, ref directory));

    public int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries) =>
        Traced("READDIR", path, inner.ReadDir(path, directory, ref entries));

    public void ReleaseDir(in FuseFileInfo directory) => inner.ReleaseDir(directory);

    public int FSyncDir(in FuseFileInfo directory, bool dataOnly) => inner.FSyncDir(directory, dataOnly);

    public int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file) => Traced("OPEN", path, inner.Open(path, ref file));

    public int Read(in FuseFileInfo file, long offset, Span<byte> buffer) =>
        (int)Traced("READ", file, offset, buffer.Length, inner.Read(file, offset, buffer));

    public int ReadCached(in FuseFileInfo file, long offset, Span<byte> buffer)
    {
        int count = inner.ReadCached(file, offset, buffer);
        return count < 0 ? count : (int)Traced("READ", file, offset, buffer.Length, count);
    }

    public nint Locate(in FuseFileInfo file, long offset, int lengthBytes)
    {
        nint address = inner.Locate(file, offset, lengthBytes);
        if (address != 0)
        {
            Log.FileRequest(log, "READ", file.Handle, offset, lengthBytes, lengthBytes);
        }

        return address;
    }

    public int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data) =>
        (int)Traced("WRITE", file, offset, data.Length, inner.Write(file, offset, data));

    public int FSync(in FuseFileInfo file, bool dataOnly) =>
        (int)Traced(dataOnly ? "FDATASYNC" : "FSYNC", file, 0, 0, inner.FSync(file, dataOnly));

    public int Flush(in FuseFileInfo file) => inner.Flush(file);

    public void Release(in FuseFileInfo file)
    {
        Log.Released(log, file.Handle);
        inner.Release(file);
    }

    public int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length) =>
        (int)Traced("FALLOCATE", file, offset, length, inner.Fallocate(file, mode, offset, length));

    public long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind) =>
        Traced(kind == FuseSeekKind.Data ? "SEEK_DATA" : "SEEK_HOLE", file, offset, 0, inner.LSeek(file, offset, kind));

    public int StatFs(ReadOnlySpan<byte> path, out FuseFileSystemStatistics statistics) =>
        Traced("STATFS", path, inner.StatFs(path, out statistics));

    public void Ended(in FuseEnd outcome) => inner.Ended(outcome);

    private int Traced(string operation, ReadOnlySpan<byte> path, int result)
    {
        string text = Encoding.UTF8.GetString(path);
        Log.PathRequest(log, operation, text, result);
        return result;
    }

    private long Traced(string operation, in FuseFileInfo file, long offset, long lengthBytes, long result)
    {
        Log.FileRequest(log, operation, file.Handle, offset, lengthBytes, result);
        return result;
    }
}
