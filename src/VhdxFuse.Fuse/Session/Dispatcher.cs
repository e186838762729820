using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>One request in, one reply out, bytes to bytes. Knows no descriptor, so it runs without a kernel.</summary>
/// <remarks>
/// Every request but FORGET, BATCH_FORGET, INTERRUPT and NOTIFY_REPLY gets exactly one reply, whatever it holds. The
/// length in a reply is always what is sent, its error always one the kernel takes.
/// </remarks>
internal sealed class Dispatcher
{
    /// <summary>Nothing is to be sent.</summary>
    public const int NoReply = 0;

    private readonly MountOptions _options;
    private readonly uint _ownerId;
    private readonly NodeOperations _nodes;
    private readonly FileOperations _files;
    private readonly DirectoryOperations _directories;
    private readonly FaultReporter _faults;

    /// <param name="fileSystem">Whose methods are called, on the calling thread.</param>
    /// <param name="options">What is allowed, and the timeouts.</param>
    /// <param name="nodes">The nodes of this mount; ours from now on.</param>
    /// <param name="ownerId">The user who mounted, for <see cref="MountOptions.AllowRoot"/>.</param>
    public Dispatcher(IFuseFileSystem fileSystem, MountOptions options, NodeTable nodes, uint ownerId)
    {
        var encoder = new EntryEncoder(options);
        _options = options;
        _ownerId = ownerId;
        _nodes = new NodeOperations(fileSystem, nodes, encoder, options);
        _files = new FileOperations(fileSystem, nodes, options);
        _directories = new DirectoryOperations(fileSystem, nodes, encoder);
        _faults = new FaultReporter(options);
    }

    /// <summary>Whether a request must not be answered.</summary>
    public static bool IsOneWay(Opcode opcode) =>
        opcode is Opcode.Forget or Opcode.BatchForget or Opcode.Interrupt or Opcode.NotifyReply;

    /// <summary>How long a request may take: by what it asks for, not by what is there.</summary>
    public static RequestWeight WeightOf(ReadOnlySpan<byte> message) =>
        !RequestMessage.TryParse(message, out RequestMessage request) ? RequestWeight.Quick : request.Opcode switch
        {
            Opcode.Read => FileOperations.WeightOfRead(request),
            Opcode.Write => FileOperations.WeightOfWrite(request),
            Opcode.FSync or Opcode.FSyncDir or Opcode.Fallocate => RequestWeight.Waiting,
            Opcode.LSeek or Opcode.GetAttr or Opcode.Lookup or Opcode.SetAttr or Opcode.ReadDir or Opcode.ReadDirPlus
                or Opcode.StatFs => RequestWeight.Long,
            _ => RequestWeight.Quick,
        };

    private static int HeaderBytes => Unsafe.SizeOf<Headers.Out>();

    /// <summary>Serves one request.</summary>
    /// <param name="message">As received.</param>
    /// <param name="reply">Room for header and payload.</param>
    /// <returns>The length of the reply, or <see cref="NoReply"/>.</returns>
    public int Dispatch(ReadOnlySpan<byte> message, Span<byte> reply)
    {
        if (!RequestMessage.TryParse(message, out RequestMessage request))
        {
            // Without a whole header there is nobody to answer.
            return message.Length < Unsafe.SizeOf<Headers.In>()
                ? NoReply
                : Finish(request, FuseErrno.Eio.ToResult(), reply);
        }

        if (IsOneWay(request.Opcode))
        {
            Notice(request);
            return NoReply;
        }

        return Finish(request, Serve(request, ReplyPayload.Of(reply)), reply);
    }

    /// <summary>Serves a READ if that needs no disk.</summary>
    /// <param name="message">As received.</param>
    /// <param name="reply">Room for header and payload.</param>
    /// <returns>The length of the reply, or <see cref="NoReply"/>: then it is for <see cref="Dispatch"/>, which also
    /// reports what goes wrong here.</returns>
    public int DispatchCached(ReadOnlySpan<byte> message, Span<byte> reply)
    {
        if (!RequestMessage.TryParse(message, out RequestMessage request))
        {
            return NoReply;
        }

        int count;
        try
        {
            count = _files.ReadCached(request, ReplyPayload.Of(reply));
        }
        catch (Exception)
        {
            return NoReply;
        }

        return count < 0 ? NoReply : Finish(request, count, reply);
    }

    /// <summary>Answers a READ by where its bytes lie, if the file system can tell.</summary>
    /// <param name="message">As received.</param>
    /// <param name="reply">Gets the header.</param>
    /// <param name="data">What follows the header.</param>
    /// <returns>The header's length, or <see cref="NoReply"/>: then it is for <see cref="Dispatch"/>, which also
    /// reports what goes wrong here.</returns>
    public int DispatchInPlace(ReadOnlySpan<byte> message, Span<byte> reply, out KernelBytes data)
    {
        data = default;
        if (!RequestMessage.TryParse(message, out RequestMessage request) || request.Opcode != Opcode.Read)
        {
            return NoReply;
        }

        nint address;
        int lengthBytes;
        try
        {
            address = _files.Locate(request, out lengthBytes);
        }
        catch (Exception)
        {
            return NoReply;
        }

        if (address == 0)
        {
            return NoReply;
        }

        data = new KernelBytes(address, lengthBytes);
        _ = Finish(request, lengthBytes, reply);
        return HeaderBytes;
    }

    /// <summary>Writes the reply's header.</summary>
    /// <param name="request">Whose reply it is.</param>
    /// <param name="result">The payload's length, or a negative error number.</param>
    /// <param name="reply">Header room, then the payload.</param>
    /// <returns>The length of the whole reply; an error is its header alone.</returns>
    public static int Finish(in RequestMessage request, int result, Span<byte> reply)
    {
        var header = new Headers.Out
        {
            Len = (uint)(HeaderBytes + Math.Max(result, 0)),
            Error = ReplyStatus.Sendable(Math.Min(result, 0)),
            Unique = request.Header.Unique,
        };
        MemoryMarshal.Write(reply, in header);
        return (int)header.Len;
    }

    // An interrupt is not acted upon: requests are short, and the interrupted one is answered anyway.
    private void Notice(in RequestMessage request)
    {
        if (request.Opcode == Opcode.Forget)
        {
            _nodes.Forget(request);
        }
        else if (request.Opcode == Opcode.BatchForget)
        {
            _nodes.BatchForget(request);
        }
    }

    private int Serve(in RequestMessage request, Span<byte> payload)
    {
        if (IsDenied(request))
        {
            return FuseErrno.Eacces.ToResult();
        }

        // The one catch: whatever a handler throws costs its caller an error, never the session.
        try
        {
            return Handle(request, payload);
        }
        catch (Exception exception)
        {
            return _faults.Report(request.Opcode, exception);
        }
    }

    private int Handle(in RequestMessage request, Span<byte> payload) => request.Opcode switch
    {
        Opcode.Read => _files.Read(request, payload),
        Opcode.Write => _files.Write(request, payload),
        Opcode.Lookup => _nodes.Lookup(request, payload),
        Opcode.GetAttr => _nodes.GetAttr(request, payload),
        Opcode.SetAttr => _nodes.SetAttr(request, payload),
        Opcode.StatFs => _nodes.StatFs(request, payload),
        Opcode.Open => _files.Open(request, payload),
        Opcode.Release => _files.Release(request),
        Opcode.Flush => _files.Flush(request),
        Opcode.FSync => _files.FSync(request),
        Opcode.Fallocate => _files.Fallocate(request),
        Opcode.LSeek => _files.LSeek(request, payload),
        Opcode.OpenDir => _directories.OpenDir(request, payload),
        Opcode.ReadDir => _directories.ReadDir(request, payload, plus: false),
        Opcode.ReadDirPlus => _directories.ReadDir(request, payload, plus: true),
        Opcode.ReleaseDir => _directories.ReleaseDir(request),
        Opcode.FSyncDir => _directories.FSyncDir(request),
        Opcode.Destroy => 0,
        Opcode.Create or Opcode.MkNod or Opcode.MkDir or Opcode.Symlink or Opcode.Link or Opcode.Unlink
            or Opcode.RmDir or Opcode.Rename or Opcode.Rename2 => RefuseToChangeNames(),
        _ => FuseErrno.Enosys.ToResult(),
    };

    // ENOSYS would read "Function not implemented" in cp's mouth.
    private int RefuseToChangeNames() => (_options.ReadOnly ? FuseErrno.Erofs : FuseErrno.Eperm).ToResult();

    // allow_root: the kernel knows only allow_other, so the others are sent away here. Open files were let in.
    private bool IsDenied(in RequestMessage request) =>
        _options.AllowRoot && !_options.AllowOther
        && request.Header.Uid != 0 && request.Header.Uid != _ownerId
        && request.Opcode is Opcode.Lookup or Opcode.GetAttr or Opcode.SetAttr or Opcode.Open or Opcode.OpenDir
            or Opcode.StatFs;
}
