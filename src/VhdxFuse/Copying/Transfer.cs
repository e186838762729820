using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Copying;

/// <summary>Copies a disk as <see cref="DiskCopy"/> does, but reads ahead on a second thread, a few pieces far, while
/// this one writes.</summary>
internal sealed class Transfer
{
    private const int PieceCount = 8; // 8 MiB: more is no faster

    // How soon a signal is heard while the input has nothing to give.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly IDiskSource _source;
    private readonly IDiskTarget _target;
    private readonly BlockingCollection<DiskPiece> _free = []; // ends when nobody writes any more
    private readonly BlockingCollection<DiskPiece> _filled = []; // ends when nobody reads any more

    private Transfer(IDiskSource source, IDiskTarget target)
    {
        _source = source;
        _target = target;
        for (int i = 0; i < PieceCount; i++)
        {
            _free.Add(new DiskPiece());
        }
    }

    /// <summary>Copies all of it and makes it durable.</summary>
    /// <param name="source">At its start.</param>
    /// <param name="target">Nothing written yet.</param>
    /// <param name="report">Told where the copy stands; what it throws ends the copy.</param>
    /// <exception cref="Vhdx.VhdxException">One of them failed.</exception>
    public static void Run(IDiskSource source, IDiskTarget target, Action<long> report) =>
        new Transfer(source, target).Run(report);

    private void Run(Action<long> report)
    {
        Task reading = Task.Factory.StartNew(
            Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            long done = 0;
            while (!_filled.IsCompleted)
            {
                if (_filled.TryTake(out DiskPiece? piece, Patience))
                {
                    _target.Write(piece);
                    done = piece.End;
                    _free.Add(piece);
                }

                report(done);
            }

            reading.GetAwaiter().GetResult();
        }
        finally
        {
            // Not waited for: it may hang in a read of a pipe for ever. Reads of a file that is closed fail, and
            // nobody asks any more.
            _free.CompleteAdding();
        }

        _target.Complete(_source.LengthBytes!.Value);
    }

    private void Read()
    {
        try
        {
            while (_free.TryTake(out DiskPiece? piece, Timeout.Infinite) && _source.TryRead(piece))
            {
                _filled.Add(piece);
            }
        }
        finally
        {
            _filled.CompleteAdding();
        }
    }
}
