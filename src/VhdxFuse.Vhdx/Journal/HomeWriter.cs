using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Writes pages to their home in the file. Crash contract: home holds, 512 bytes by 512 bytes, what it held or what the
/// durable log holds; so replay makes it whole, as long as the entry stays in the log until the home write is durable
/// (D-12), which its ticket tells.
/// </summary>
/// <remarks>Only whoever runs the commit calls it: one write is in flight per page.</remarks>
internal sealed class HomeWriter(IImageFile file, FlushGate flushes)
{
    /// <summary>The flush that makes all home writes so far durable.</summary>
    public FlushTicket LastFlush { get; private set; }

    /// <summary>Writes those pages whose logged version isn't at home yet.</summary>
    public void Write(IEnumerable<HeldPage> pages)
    {
        foreach (HeldPage page in pages)
        {
            // D-13: the version that is durable in the log, never the newest one in memory.
            if (page.HomeOf < page.LoggedIn)
            {
                file.Write(page.At, page.Logged);
                LastFlush = flushes.Next;
                page.IsWrittenHome(LastFlush);
            }
        }
    }
}
