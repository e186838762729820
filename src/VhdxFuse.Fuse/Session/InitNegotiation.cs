using System;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Answers INIT: the oldest of both minors, the features both know, our limits.</summary>
internal static class InitNegotiation
{
    public const uint Major = 7;

    /// <summary>The newest minor whose structures were compared with the kernel's header. Newer features come by
    /// flag.</summary>
    public const uint HighestMinor = 38;

    /// <summary>Older kernels (before Linux 2.6.31) use shorter structures, which we don't serve.</summary>
    public const uint LowestMinor = 12;

    public const int DefaultMaxPages = 128;

    private const int MaxPagesWithoutFlag = 32; // FUSE_DEFAULT_MAX_PAGES_PER_REQ
    private const uint MinorWithInitExt = 31;
    private const uint MinorWithFullReply = 23;
    private const ushort MaxBackground = 64;
    private const ushort CongestionThreshold = 48; // three quarters of it, as the kernel's own default
    private const int FlagWordBits = 32;

    /// <summary>Answers one INIT request.</summary>
    /// <param name="body">What follows the header.</param>
    /// <param name="pagesLimit">The most pages to ask for.</param>
    /// <param name="payload">Where the reply goes.</param>
    /// <param name="outcome">What was agreed; null when the kernel has to ask again in our major version.</param>
    /// <returns>The payload's length, or a negative error number.</returns>
    public static int Answer(ReadOnlySpan<byte> body, int pagesLimit, Span<byte> payload, out InitOutcome? outcome)
    {
        outcome = null;
        if (!MemoryMarshal.TryRead(body, out InitMessages.In asked))
        {
            return FuseErrno.Einval.ToResult();
        }

        if (asked.Major > Major)
        {
            return ReplyPayload.Put(payload, new InitMessages.Out { Major = Major, Minor = HighestMinor });
        }

        if (asked.Major < Major || asked.Minor < LowestMinor)
        {
            return FuseErrno.Eproto.ToResult();
        }

        outcome = Agree(asked, Offered(asked, body), pagesLimit);
        InitMessages.Out reply = Reply(asked, outcome.Value);
        int length = ReplyPayload.Put(payload, reply);
        return asked.Minor < MinorWithFullReply ? InitMessages.Out.SizeBefore23 : length;
    }

    private static InitFlags Offered(in InitMessages.In asked, ReadOnlySpan<byte> body)
    {
        var low = (InitFlags)asked.Flags;
        if (asked.Minor < MinorWithInitExt)
        {
            return low & ~InitFlags.InitExt;
        }

        return low.HasFlag(InitFlags.InitExt) && MemoryMarshal.TryRead(body[InSize..], out uint high)
            ? low | (InitFlags)((ulong)high << FlagWordBits)
            : low;
    }

    private static unsafe int InSize => sizeof(InitMessages.In);

    private static InitOutcome Agree(in InitMessages.In asked, InitFlags offered, int pagesLimit)
    {
        InitFlags flags = offered & InitFlags.Wanted;
        int limit = flags.HasFlag(InitFlags.MaxPages) ? ushort.MaxValue : MaxPagesWithoutFlag;
        return new InitOutcome(Math.Min(asked.Minor, HighestMinor), flags, Math.Clamp(pagesLimit, 1, limit));
    }

    private static InitMessages.Out Reply(in InitMessages.In asked, in InitOutcome agreed) => new()
    {
        Major = Major,
        Minor = agreed.Minor,
        MaxReadahead = asked.MaxReadahead,
        Flags = (uint)agreed.Flags,
        MaxBackground = MaxBackground,
        CongestionThreshold = CongestionThreshold,
        MaxWrite = (uint)agreed.MaxDataBytes,
        TimeGran = 1,
        MaxPages = agreed.Flags.HasFlag(InitFlags.MaxPages) ? (ushort)agreed.MaxPages : (ushort)0,
        Flags2 = (uint)((ulong)agreed.Flags >> FlagWordBits),
    };
}
