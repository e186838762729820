using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Cuts a stretch of a file into pieces to work on.</summary>
internal static class StoredPieces
{
    /// <summary>The pieces in order, which make the whole stretch.</summary>
    /// <param name="file">Holes are its own to tell.</param>
    /// <param name="start">Of the stretch.</param>
    /// <param name="lengthBytes">Inside the file.</param>
    /// <param name="maxBytes">How long a piece with data may be; holes are as long as they are.</param>
    public static IEnumerable<(FileOffset At, long LengthBytes, bool IsHole)> Of(
        IImageFile file, FileOffset start, long lengthBytes, int maxBytes)
    {
        FileOffset end = start + lengthBytes;
        for (FileOffset at = start; at < end;)
        {
            long hole = long.Min(file.NextData(at).Value, end.Value) - at.Value;
            if (hole > 0)
            {
                yield return (at, hole, true);
                at += hole;
            }

            long data = long.Min(end.Value - at.Value, maxBytes);
            if (data > 0)
            {
                yield return (at, data, false);
                at += data;
            }
        }
    }
}
