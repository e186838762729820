using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Hosting;

/// <summary>Why requests failed: each place of an image once in the log, and kept up to a limit.</summary>
internal sealed class FaultLog(ILogger log)
{
    /// <summary>A disk that dies has millions of bad places; the first thousand tell the story.</summary>
    public const int MostPlaces = 1000;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Image, long At, string Reason)> _known = []; // guarded by _gate
    private readonly List<string> _reasons = []; // guarded by _gate; one for each of the known
    private bool _isFull; // guarded by _gate

    /// <summary>Takes one fault; on any thread, many times the same.</summary>
    public void Add(FuseFault fault)
    {
        if (fault.Exception is not VhdxException exception)
        {
            // Not the image's fault: ours. The request got EIO, and the reason must reach somebody.
            string reason = fault.Exception.Message;
            AddOnce(("", 0, reason), reason, text => Log.HandlerFaulted(log, fault.Operation, text));
            return;
        }

        if (exception.Kind == VhdxErrorKind.NoSpace)
        {
            // A full disk meets a writer at every place: one line for each image.
            AddOnce((exception.ImagePath, -1, nameof(VhdxErrorKind.NoSpace)), ErrorTable.LineFor(exception), Write);
            return;
        }

        // With a place, the place alone counts: the words may differ from read to read.
        (string, long, string) place = exception.FileOffset is { } at
            ? (exception.ImagePath, at.Value, "")
            : (exception.ImagePath, -1, exception.Message);
        AddOnce(place, ErrorTable.LineFor(exception), Write);
    }

    /// <summary>What failed so far, a line each; behind the last one there may be more when it is
    /// <see cref="MostPlaces"/>.</summary>
    public IReadOnlyList<string> Reasons
    {
        get
        {
            lock (_gate)
            {
                return [.. _reasons];
            }
        }
    }

    /// <summary>Sums up at the end of a mount; says nothing when nothing failed.</summary>
    public void SumUp()
    {
        lock (_gate)
        {
            if (_reasons.Count > 1)
            {
                Log.FailuresInAll(log, _reasons.Count, _reasons[0]);
            }
        }
    }

    private void Write(string text) => Log.RequestFailed(log, text);

    private void AddOnce((string Image, long At, string Reason) place, string reason, Action<string> write)
    {
        lock (_gate)
        {
            if (_isFull || _known.Contains(place))
            {
                return;
            }

            if (_known.Count == MostPlaces)
            {
                _isFull = true;
                Log.FailuresUnlisted(log, MostPlaces);
                return;
            }

            _known.Add(place);
            _reasons.Add(reason);
            write(reason);
        }
    }
}
