using System;

namespace VhdxFuse.Fuse;

/// <summary>A file system that answers everything in the sensible way for something read-only and unseekable for
/// holes: override what you have. GetAttr, ReadDir and Read answer ENOSYS.</summary>
public abstract class FuseFileSystemBase : IFuseFileSystem
{
    private const uint PageBytes = 4096;
    private const uint LongestNameBytes = 255;

    /// <inheritdoc/>
    public virtual int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes)
    {
        attributes = default;
        return FuseErrno.Enosys.ToResult();
    }

    /// <summary>Refuses with EPERM.</summary>
    public virtual int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes) => FuseErrno.Eperm.ToResult();

    /// <summary>Succeeds with handle 0.</summary>
    public virtual int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo directory) => 0;

    /// <inheritdoc/>
    public virtual int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries) =>
        FuseErrno.Enosys.ToResult();

    /// <inheritdoc/>
    public virtual void ReleaseDir(in FuseFileInfo directory)
    {
    }

    /// <summary>Answers ENOSYS, which the kernel takes for "nothing to sync, ever".</summary>
    public virtual int FSyncDir(in FuseFileInfo directory, bool dataOnly) => FuseErrno.Enosys.ToResult();

    /// <summary>Succeeds with handle 0.</summary>
    public virtual int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file) => 0;

    /// <inheritdoc/>
    public virtual int Read(in FuseFileInfo file, long offset, Span<byte> buffer) => FuseErrno.Enosys.ToResult();

    /// <summary>Answers EAGAIN, so that Read is asked.</summary>
    public virtual int ReadCached(in FuseFileInfo file, long offset, Span<byte> buffer) => FuseErrno.Eagain.ToResult();

    /// <summary>Answers 0, so that Read is asked.</summary>
    public virtual nint Locate(in FuseFileInfo file, long offset, int lengthBytes) => 0;

    /// <summary>Refuses with EROFS.</summary>
    public virtual int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data) => FuseErrno.Erofs.ToResult();

    /// <summary>Answers ENOSYS, which the kernel takes for "nothing to sync, ever".</summary>
    public virtual int FSync(in FuseFileInfo file, bool dataOnly) => FuseErrno.Enosys.ToResult();

    /// <summary>Answers ENOSYS, so that the kernel stops asking.</summary>
    public virtual int Flush(in FuseFileInfo file) => FuseErrno.Enosys.ToResult();

    /// <inheritdoc/>
    public virtual void Release(in FuseFileInfo file)
    {
    }

    /// <summary>Answers EOPNOTSUPP.</summary>
    public virtual int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length) =>
        FuseErrno.Eopnotsupp.ToResult();

    /// <summary>Answers ENOSYS, which makes the kernel treat each file as one run of data.</summary>
    public virtual long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind) => FuseErrno.Enosys.ToResult();

    /// <summary>Describes an empty file system of 4 KiB blocks.</summary>
    public virtual int StatFs(ReadOnlySpan<byte> path, out FuseFileSystemStatistics statistics)
    {
        statistics = new FuseFileSystemStatistics { BlockSizeBytes = PageBytes, NameMaxBytes = LongestNameBytes };
        return 0;
    }

    /// <inheritdoc/>
    public virtual void Ended(in FuseEnd outcome)
    {
    }
}
