using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Output;

/// <summary>What one descriptor of a log entry does to one place of the file.</summary>
internal sealed record LogUpdateDocument
{
    private const int RowBytes = 16;

    public required ulong Offset { get; init; }

    public required ulong Length { get; init; }

    /// <summary>page or zeros.</summary>
    public required string Kind { get; init; }

    /// <summary>The structure that lies there; null when the image can't be opened.</summary>
    public required string? Structure { get; init; }

    /// <summary>Only where asked for, and only of pages.</summary>
    public IReadOnlyList<ChangedBytesDocument>? Changed { get; init; }

    /// <param name="update">What is shown.</param>
    /// <param name="content">Where its page is.</param>
    /// <param name="compared">What its page is compared with; null: the changed bytes aren't asked for.</param>
    public static LogUpdateDocument Of(LogUpdate update, LogEntryContent content, LinuxFile? compared) => new()
    {
        Offset = update.TargetOffset,
        Length = update.LengthBytes,
        Kind = update.IsZero ? "zeros" : "page",
        Structure = update.Structure,
        Changed = compared is null || update.IsZero || update.TargetOffset > long.MaxValue / 2
            ? null : ChangesOf((long)update.TargetOffset, content.ReadPage(update), compared),
    };

    private static List<ChangedBytesDocument> ChangesOf(long offset, byte[] page, LinuxFile file)
    {
        byte[] before = new byte[page.Length]; // zeros behind the end of the file
        _ = file.Read(new FileOffset(offset), before);
        var changes = new List<ChangedBytesDocument>();
        for (int at = 0; at < page.Length; at += RowBytes)
        {
            ReadOnlySpan<byte> old = before.AsSpan(at, RowBytes);
            ReadOnlySpan<byte> now = page.AsSpan(at, RowBytes);
            if (!old.SequenceEqual(now))
            {
                changes.Add(new ChangedBytesDocument(
                    offset + at, Convert.ToHexStringLower(old), Convert.ToHexStringLower(now)));
            }
        }

        return changes;
    }
}
