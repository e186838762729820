using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Requests on names and nodes. Handlers return the payload's length or a negative error number.</summary>
internal sealed class NodeOperations(
    IFuseFileSystem fileSystem, NodeTable nodes, EntryEncoder encoder, MountOptions options)
{
    private const uint PermissionBits = 0xFFF;

    public int Lookup(in RequestMessage request, Span<byte> payload)
    {
        int end = request.Body.IndexOf((byte)0);
        if (end < 0 || !NodePath.IsName(request.Body[..end]))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> directory))
        {
            return FuseErrno.Estale.ToResult();
        }

        Span<byte> space = stackalloc byte[NodePath.MaxBytes];
        if (!NodePath.TryJoin(directory, request.Body[..end], space, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Enametoolong.ToResult();
        }

        int result = fileSystem.GetAttr(path, out FuseAttributes attributes);
        if (result == FuseErrno.Enoent.ToResult() && encoder.RemembersMissingNames)
        {
            return ReplyPayload.Put(payload, encoder.MissingEntry());
        }

        return result < 0 ? result : ReplyPayload.Put(payload, encoder.Entry(attributes, nodes.Lookup(path)));
    }

    public void Forget(in RequestMessage request)
    {
        if (request.TryRead(out ForgetMessages.ForgetIn forget))
        {
            nodes.Forget(request.Header.Nodeid, forget.Nlookup);
        }
    }

    public void BatchForget(in RequestMessage request)
    {
        if (!request.TryRead(out ForgetMessages.BatchForgetIn batch))
        {
            return;
        }

        // The count is the sender's word; what counts is what is there.
        ReadOnlySpan<byte> rest = request.Body[Unsafe.SizeOf<ForgetMessages.BatchForgetIn>()..];
        for (uint i = 0; i < batch.Count && MemoryMarshal.TryRead(rest, out ForgetMessages.ForgetOne one); i++)
        {
            nodes.Forget(one.Nodeid, one.Nlookup);
            rest = rest[Unsafe.SizeOf<ForgetMessages.ForgetOne>()..];
        }
    }

    public int GetAttr(in RequestMessage request, Span<byte> payload)
    {
        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        int result = fileSystem.GetAttr(path, out FuseAttributes attributes);
        return result < 0
            ? result
            : ReplyPayload.Put(payload, encoder.Attributes(attributes, request.Header.Nodeid));
    }

    public int SetAttr(in RequestMessage request, Span<byte> payload)
    {
        if (options.ReadOnly)
        {
            return FuseErrno.Erofs.ToResult();
        }

        if (!request.TryRead(out AttrMessages.SetAttrIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        var fields = (SetAttrFields)asked.Valid;
        if (Has(fields, SetAttrFields.Size) && asked.Size > long.MaxValue)
        {
            return FuseErrno.Efbig.ToResult();
        }

        int result = fileSystem.SetAttr(path, ChangesOf(asked, fields));
        return result < 0 ? result : GetAttr(request, payload);
    }

    public int StatFs(in RequestMessage request, Span<byte> payload)
    {
        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        int result = fileSystem.StatFs(path, out FuseFileSystemStatistics statistics);
        return result < 0 ? result : ReplyPayload.Put(payload, new StatFsMessages.Kstatfs
        {
            Blocks = statistics.TotalBlocks,
            Bfree = statistics.FreeBlocks,
            Bavail = statistics.AvailableBlocks,
            Files = statistics.TotalFiles,
            Ffree = statistics.FreeFiles,
            Bsize = statistics.BlockSizeBytes,
            Frsize = statistics.BlockSizeBytes,
            Namelen = statistics.NameMaxBytes,
        });
    }

    // Not HasFlag, which allocates where it isn't optimised away.
    private static bool Has(SetAttrFields fields, SetAttrFields field) => (fields & field) != SetAttrFields.None;

    private static FuseSetAttributes ChangesOf(in AttrMessages.SetAttrIn asked, SetAttrFields fields) => new()
    {
        SizeBytes = Has(fields, SetAttrFields.Size) ? (long)asked.Size : null,
        Permissions = Has(fields, SetAttrFields.Mode) ? (UnixFileMode)(asked.Mode & PermissionBits) : null,
        UserId = Has(fields, SetAttrFields.Uid) ? asked.Uid : null,
        GroupId = Has(fields, SetAttrFields.Gid) ? asked.Gid : null,
        AccessTime = Has(fields, SetAttrFields.Atime)
            ? new FuseTimestamp((long)asked.Atime, asked.Atimensec)
            : null,
        ModificationTime = Has(fields, SetAttrFields.Mtime)
            ? new FuseTimestamp((long)asked.Mtime, asked.Mtimensec)
            : null,
    };
}
