using System;
using System.Runtime.CompilerServices;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>A reader's memory: room for one request and for its reply, so placed that data lies on pages.</summary>
/// <remarks>
/// <code>
/// request  |   page - 80 | header 40 | write_in 40 | data of a WRITE ...
/// reply    |   page - 16 | header 16               | data of a READ ...
///                                                  ^ page boundary
/// </code>
/// So a WRITE's data can go to an O_DIRECT file as it came, and a reply is one piece of memory.
/// </remarks>
internal sealed class RequestBuffer : IDisposable
{
    /// <summary>The kernel refuses reads into less (FUSE_MIN_READ_BUFFER).</summary>
    public const int MinRequestBytes = 8192;

    private static readonly int RequestHeadBytes =
        Unsafe.SizeOf<Headers.In>() + Unsafe.SizeOf<FileMessages.WriteIn>();

    private readonly NativeBuffer _request;
    private readonly NativeBuffer _reply;

    /// <param name="maxDataBytes">The most data in one WRITE or READ.</param>
    public RequestBuffer(int maxDataBytes)
    {
        int page = Environment.SystemPageSize;
        _request = new NativeBuffer(page + Math.Max(maxDataBytes, MinRequestBytes));
        _reply = new NativeBuffer(page + Math.Max(maxDataBytes, page));
    }

    /// <summary>Where a request is received.</summary>
    public Span<byte> Request => _request.Span[(Environment.SystemPageSize - RequestHeadBytes)..];

    /// <summary>Where a reply is built: header and payload, adjacent.</summary>
    public Span<byte> Reply => _reply.Span[(Environment.SystemPageSize - Unsafe.SizeOf<Headers.Out>())..];

    public void Dispose()
    {
        _request.Dispose();
        _reply.Dispose();
    }
}
