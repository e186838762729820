using System;

namespace VhdxFuse.Fuse;

/// <summary>The file system behind a mount.</summary>
/// <remarks>
/// <para>Every method may be called on several threads at once. Spans belong to the transport and end with the call.
/// Paths are bytes, absolute, without a trailing slash and without NUL; the root is <c>/</c>, which is a directory or,
/// when the mount point is a regular file, that file.</para>
/// <para>Methods return 0 (or a count) or a negative error number: <c>FuseErrno.Eio.ToResult()</c>. A method that
/// throws is reported to <see cref="MountOptions.Faulted"/> and answered through <see cref="MountOptions.ErrnoOf"/>.
/// ENOSYS is remembered by the kernel for the whole mount.</para>
/// <para>On a read-only mount <see cref="Write"/>, <see cref="SetAttr"/> and <see cref="Fallocate"/> are never
/// called.</para>
/// <para>Derive from <see cref="FuseFileSystemBase"/> to write only what is needed.</para>
/// </remarks>
public interface IFuseFileSystem
{
    /// <summary>Describes a node; also how names are looked up.</summary>
    /// <returns>0, or -ENOENT when there is no such node.</returns>
    int GetAttr(ReadOnlySpan<byte> path, out FuseAttributes attributes);

    /// <summary>Changes attributes: truncate, touch, chmod, chown.</summary>
    /// <returns>0, or a negative error number; then nothing has been changed.</returns>
    int SetAttr(ReadOnlySpan<byte> path, in FuseSetAttributes changes);

    /// <summary>Opens a directory.</summary>
    int OpenDir(ReadOnlySpan<byte> path, ref FuseFileInfo directory);

    /// <summary>Lists a directory from <see cref="DirectoryWriter.FirstIndex"/> on, until
    /// <see cref="DirectoryWriter.TryAdd"/> answers false or nothing is left. The transport adds <c>.</c> and
    /// <c>..</c>.</summary>
    /// <returns>0 or a negative error number.</returns>
    int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries);

    /// <summary>Closes a directory.</summary>
    void ReleaseDir(in FuseFileInfo directory);

    /// <summary>Makes what was done in a directory durable, as <see cref="FSync"/> does for a file.</summary>
    int FSyncDir(in FuseFileInfo directory, bool dataOnly);

    /// <summary>Opens a file: sets <see cref="FuseFileInfo.Handle"/> and <see cref="FuseFileInfo.Options"/>.</summary>
    int Open(ReadOnlySpan<byte> path, ref FuseFileInfo file);

    /// <summary>Reads. A count below the buffer's length means the end of the file.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="offset">In bytes, not negative, any alignment; may lie past the end.</param>
    /// <param name="buffer">Filled from its start; page-aligned. Not cleared: only the count returned is sent
    /// on.</param>
    /// <returns>The count of bytes, 0 at the end, or a negative error number.</returns>
    int Read(in FuseFileInfo file, long offset, Span<byte> buffer);

    /// <summary>Asked before a small <see cref="Read"/>: reads what can be had without waiting for a disk, since other
    /// requests wait behind it. While Read runs, another thread serves them.</summary>
    /// <returns>As for Read; any negative number for Read to be asked.</returns>
    int ReadCached(in FuseFileInfo file, long offset, Span<byte> buffer);

    /// <summary>Asked before a large <see cref="Read"/>: where the bytes lie in memory already, so that the kernel can
    /// take them from there. It copies them while it is answered, and nobody else touches them: where there is no
    /// memory behind the address any more, as in a mapping of a file that was cut off, the reader gets EIO, and
    /// <see cref="Read"/> is asked for the reason.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="offset">In bytes, not negative.</param>
    /// <param name="lengthBytes">All that the reader wants; more than there may be in the file.</param>
    /// <returns>The address of as many bytes, valid until <see cref="Ended"/>; or 0, for Read to be asked.</returns>
    nint Locate(in FuseFileInfo file, long offset, int lengthBytes);

    /// <summary>Writes. When <see cref="FuseFileInfo.IsDataSync"/>, returns only once the data is durable.
    /// The kernel does not check the end of a disk of fixed size.</summary>
    /// <param name="file">The open file; its flags are those of this call.</param>
    /// <param name="offset">In bytes, not negative, any alignment; may lie past the end.</param>
    /// <param name="data">Page-aligned; never empty.</param>
    /// <returns>The count of bytes taken, or a negative error number.</returns>
    int Write(in FuseFileInfo file, long offset, ReadOnlySpan<byte> data);

    /// <summary>Makes every completed write durable.</summary>
    int FSync(in FuseFileInfo file, bool dataOnly);

    /// <summary>A descriptor was closed (once for each duplicate); not a point of durability.</summary>
    int Flush(in FuseFileInfo file);

    /// <summary>The last descriptor of an open file is gone. Comes once for each successful Open that the kernel
    /// learnt of.</summary>
    void Release(in FuseFileInfo file);

    /// <summary>Allocates, trims or zeroes a range.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="mode">What to do; unknown bits call for -EOPNOTSUPP.</param>
    /// <param name="offset">In bytes, not negative.</param>
    /// <param name="length">In bytes, positive; offset + length does not overflow.</param>
    int Fallocate(in FuseFileInfo file, FuseFallocateMode mode, long offset, long length);

    /// <summary>Finds data or a hole.</summary>
    /// <returns>An offset not below <paramref name="offset"/>, or -ENXIO when there is none up to the end.</returns>
    long LSeek(in FuseFileInfo file, long offset, FuseSeekKind kind);

    /// <summary>Describes the whole file system.</summary>
    int StatFs(ReadOnlySpan<byte> path, out FuseFileSystemStatistics statistics);

    /// <summary>The last call: no other handler runs or will run. The place to flush and close. Open files may
    /// not have been released. What it throws goes to <see cref="MountOptions.Faulted"/>.</summary>
    void Ended(in FuseEnd outcome);
}
