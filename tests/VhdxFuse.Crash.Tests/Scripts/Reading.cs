using System;
using System.Collections.Generic;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What readers agree on about an image.</summary>
/// <param name="Values">Of the followed sectors.</param>
/// <param name="DataWriteGuid">Of the current header.</param>
/// <param name="WasDirty">Whether a log was pending.</param>
/// <param name="Problem">What is wrong with the image whatever it should hold; then the rest means nothing.</param>
internal sealed record Reading(IReadOnlyList<ulong> Values, Guid DataWriteGuid, bool WasDirty, string? Problem)
{
    public static Reading Of(string problem) => new([], Guid.Empty, WasDirty: false, problem);

    /// <summary>Whether the disk is the same.</summary>
    public bool ShowsAs(Reading other)
    {
        for (int i = 0; i < Values.Count; i++)
        {
            if (Values[i] != other.Values[i])
            {
                return false;
            }
        }

        return DataWriteGuid == other.DataWriteGuid && Values.Count == other.Values.Count;
    }
}
