using System;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Requests on open directories. Handlers return the payload's length or a negative error number.</summary>
internal sealed class DirectoryOperations(IFuseFileSystem fileSystem, NodeTable nodes, EntryEncoder encoder)
{
    public int OpenDir(in RequestMessage request, Span<byte> payload)
    {
        if (!request.TryRead(out FileMessages.OpenIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        var directory = new FuseFileInfo((int)asked.Flags);
        int result = fileSystem.OpenDir(path, ref directory);
        return result < 0 ? result : ReplyPayload.Put(payload, new FileMessages.OpenOut
        {
            Fh = directory.Handle,
            OpenFlags = (uint)directory.Options,
        });
    }

    /// <param name="request">READDIR or READDIRPLUS.</param>
    /// <param name="payload">Room for the entries.</param>
    /// <param name="plus">Whether each entry carries its attributes and counts as a lookup.</param>
    public int ReadDir(in RequestMessage request, Span<byte> payload, bool plus)
    {
        if (!request.TryRead(out FileMessages.ReadIn asked)
            || asked.Size > payload.Length
            || asked.Offset > int.MaxValue)
        {
            return FuseErrno.Einval.ToResult();
        }

        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        var directory = new FuseFileInfo(flags: 0) { Handle = asked.Fh };
        Span<byte> target = payload[..(int)asked.Size];
        DirectoryWriter entries = plus
            ? new DirectoryWriter(target, (int)asked.Offset, path, nodes, encoder)
            : new DirectoryWriter(target, (int)asked.Offset);
        int result = fileSystem.ReadDir(path, directory, ref entries);
        if (result < 0)
        {
            return result;
        }

        // An empty reply means the end of the listing, so "nothing fits" must be an error.
        return entries is { LengthBytes: 0, IsFull: true } ? FuseErrno.Einval.ToResult() : entries.LengthBytes;
    }

    public int ReleaseDir(in RequestMessage request)
    {
        if (!request.TryRead(out FileMessages.ReleaseIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        fileSystem.ReleaseDir(new FuseFileInfo((int)asked.Flags) { Handle = asked.Fh });
        return 0;
    }

    public int FSyncDir(in RequestMessage request) => request.TryRead(out FileMessages.FsyncIn asked)
        ? ReplyStatus.Of(fileSystem.FSyncDir(
            new FuseFileInfo(flags: 0) { Handle = asked.Fh },
            dataOnly: (asked.FsyncFlags & FileMessages.FsyncIn.DataOnly) != 0))
        : FuseErrno.Einval.ToResult();
}
