using System;
using System.Collections.Generic;
using System.Text.Json;
using VhdxFuse.Disk;

namespace VhdxFuse.Output;

/// <summary>The report of one mount: what was found at its start, and what came since.</summary>
internal sealed class MountReport(MountedDisk disk)
{
    // Once: writing changes what an image says of itself.
    private readonly Lazy<ReportDocument> _found = new(() => ReportDocument.Of(disk));

    /// <summary>Before anything is written.</summary>
    public void Capture() => _ = _found.Value;

    /// <summary>While the mount lives.</summary>
    public ReadOnlyMemory<byte> ToUtf8() => ToUtf8(_found.Value);

    /// <summary>After its end.</summary>
    /// <param name="endedAt">When that was.</param>
    /// <param name="changes">What has changed meanwhile; null when nobody looked.</param>
    public ReadOnlyMemory<byte> ToUtf8(DateTimeOffset endedAt, IReadOnlyList<string>? changes) =>
        ToUtf8(_found.Value with
        {
            EndedAt = Documents.Text(endedAt),
            Verification = changes is null ? null : new VerificationDocument(changes.Count == 0, changes),
        });

    private ReadOnlyMemory<byte> ToUtf8(ReportDocument report) => JsonSerializer.SerializeToUtf8Bytes(
        report with { Faults = disk.Faults?.Reasons ?? [] }, OutputJson.Default.ReportDocument);
}
