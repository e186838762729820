using System;
using System.Runtime.CompilerServices;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Requests on open files. Handlers return the payload's length or a negative error number.</summary>
internal sealed class FileOperations(IFuseFileSystem fileSystem, NodeTable nodes, MountOptions options)
{
    private const int LongBytes = 64 * 1024; // copying less is nothing beside waking another reader

    public int Open(in RequestMessage request, Span<byte> payload)
    {
        if (!request.TryRead(out FileMessages.OpenIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (!nodes.TryGetPath(request.Header.Nodeid, out ReadOnlySpan<byte> path))
        {
            return FuseErrno.Estale.ToResult();
        }

        var file = new FuseFileInfo((int)asked.Flags);
        if (options.ReadOnly && file.IsForWriting)
        {
            return FuseErrno.Erofs.ToResult();
        }

        int result = fileSystem.Open(path, ref file);
        return result < 0 ? result : ReplyPayload.Put(payload, new FileMessages.OpenOut
        {
            Fh = file.Handle,
            OpenFlags = (uint)file.Options,
        });
    }

    public static RequestWeight WeightOfRead(in RequestMessage request) =>
        request.TryRead(out FileMessages.ReadIn asked) && asked.Size < LongBytes
            ? RequestWeight.SmallRead
            : RequestWeight.Long;

    public static RequestWeight WeightOfWrite(in RequestMessage request)
    {
        if (IsDataSync(request))
        {
            return RequestWeight.Waiting;
        }

        return request.Body.Length < LongBytes ? RequestWeight.SmallWrite : RequestWeight.Long;
    }

    public int Read(in RequestMessage request, Span<byte> payload) => Read(request, payload, isCachedOnly: false);

    /// <summary>Reads what needs no disk.</summary>
    /// <returns>As <see cref="Read(in RequestMessage, Span{byte})"/>; any negative number when that is to
    /// answer.</returns>
    public int ReadCached(in RequestMessage request, Span<byte> payload) => Read(request, payload, isCachedOnly: true);

    private int Read(in RequestMessage request, Span<byte> payload, bool isCachedOnly)
    {
        if (!request.TryRead(out FileMessages.ReadIn asked)
            || asked.Size > payload.Length
            || asked.Offset > long.MaxValue)
        {
            return FuseErrno.Einval.ToResult();
        }

        Span<byte> target = payload[..(int)asked.Size];
        FuseFileInfo file = Opened(asked.Fh, asked.Flags);
        int count = isCachedOnly
            ? fileSystem.ReadCached(file, (long)asked.Offset, target)
            : fileSystem.Read(file, (long)asked.Offset, target);
        return count <= target.Length
            ? count
            : throw new InvalidOperationException($"Read returned {count} for a buffer of {target.Length} bytes");
    }

    /// <summary>Where a READ's bytes lie in memory.</summary>
    /// <param name="request">A READ.</param>
    /// <param name="lengthBytes">What it asks for.</param>
    /// <returns>0 when they are to be read.</returns>
    public nint Locate(in RequestMessage request, out int lengthBytes)
    {
        bool isWhole = request.TryRead(out FileMessages.ReadIn asked)
            && asked.Size is > 0 and <= int.MaxValue
            && asked.Offset <= long.MaxValue;
        lengthBytes = isWhole ? (int)asked.Size : 0;
        return isWhole ? fileSystem.Locate(Opened(asked.Fh, asked.Flags), (long)asked.Offset, lengthBytes) : 0;
    }

    public int Write(in RequestMessage request, Span<byte> payload)
    {
        if (options.ReadOnly)
        {
            return FuseErrno.Erofs.ToResult();
        }

        if (!request.TryRead(out FileMessages.WriteIn asked) || asked.Offset > long.MaxValue)
        {
            return FuseErrno.Einval.ToResult();
        }

        // Not less than promised, and not more: both would mean that the length isn't the data's.
        ReadOnlySpan<byte> data = request.Body[Unsafe.SizeOf<FileMessages.WriteIn>()..];
        if (asked.Size != data.Length)
        {
            return FuseErrno.Einval.ToResult();
        }

        int count = data.IsEmpty ? 0 : fileSystem.Write(Opened(asked.Fh, asked.Flags), (long)asked.Offset, data);
        if (count > data.Length)
        {
            throw new InvalidOperationException($"Write returned {count} for {data.Length} bytes");
        }

        return count < 0 ? count : ReplyPayload.Put(payload, new FileMessages.WriteOut { Size = (uint)count });
    }

    /// <summary>Whether a WRITE is to be durable before it is answered.</summary>
    private static bool IsDataSync(in RequestMessage request) =>
        request.TryRead(out FileMessages.WriteIn asked) && Opened(asked.Fh, asked.Flags).IsDataSync;

    public int Release(in RequestMessage request)
    {
        if (!request.TryRead(out FileMessages.ReleaseIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        fileSystem.Release(Opened(asked.Fh, asked.Flags));
        return 0;
    }

    public int Flush(in RequestMessage request) => request.TryRead(out FileMessages.FlushIn asked)
        ? ReplyStatus.Of(fileSystem.Flush(Opened(asked.Fh, flags: 0)))
        : FuseErrno.Einval.ToResult();

    public int FSync(in RequestMessage request) => request.TryRead(out FileMessages.FsyncIn asked)
        ? ReplyStatus.Of(fileSystem.FSync(
            Opened(asked.Fh, flags: 0), dataOnly: (asked.FsyncFlags & FileMessages.FsyncIn.DataOnly) != 0))
        : FuseErrno.Einval.ToResult();

    public int Fallocate(in RequestMessage request)
    {
        if (options.ReadOnly)
        {
            return FuseErrno.Erofs.ToResult();
        }

        if (!request.TryRead(out FileMessages.FallocateIn asked) || asked.Length == 0)
        {
            return FuseErrno.Einval.ToResult();
        }

        if (asked.Offset > long.MaxValue || asked.Length > long.MaxValue - asked.Offset)
        {
            return FuseErrno.Efbig.ToResult();
        }

        return ReplyStatus.Of(fileSystem.Fallocate(
            Opened(asked.Fh, flags: 0), (FuseFallocateMode)asked.Mode, (long)asked.Offset, (long)asked.Length));
    }

    public int LSeek(in RequestMessage request, Span<byte> payload)
    {
        if (!request.TryRead(out FileMessages.LseekIn asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        var kind = (FuseSeekKind)asked.Whence;
        if (kind is not (FuseSeekKind.Data or FuseSeekKind.Hole))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (asked.Offset > long.MaxValue)
        {
            return FuseErrno.Enxio.ToResult();
        }

        long found = fileSystem.LSeek(Opened(asked.Fh, flags: 0), (long)asked.Offset, kind);
        return found < 0
            ? (int)Math.Max(found, int.MinValue)
            : ReplyPayload.Put(payload, new FileMessages.LseekOut { Offset = (ulong)found });
    }

    private static FuseFileInfo Opened(ulong handle, uint flags) => new((int)flags) { Handle = handle };
}
