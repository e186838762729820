using System;
using System.Threading;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// A metadata page that was changed and isn't known to be at home yet. Up to three versions of it exist: the newest, in
/// memory, which readers see; the one that a commit is writing to the log; and the one that the log durably holds,
/// which alone may be written home (D-13).
/// </summary>
/// <remarks>Bytes are changed under the journal's lock and copied by readers without one: the version number is odd
/// during a change. The other members belong to the journal: those of the newest version to its lock, the rest to
/// whoever runs the commit.</remarks>
internal sealed class HeldPage(FileOffset at, byte[] bytes)
{
    private readonly byte[] _bytes = bytes;
    private int _version; // odd while the bytes are being changed
    private byte[]? _frozen;
    private byte[]? _logged;

    /// <summary>Its home in the file.</summary>
    public FileOffset At { get; } = at;

    /// <summary>Whether the newest version is in no snapshot yet.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The newest entry it was put into, durable or being written; 0: none.</summary>
    public ulong WrittenIn { get; set; }

    /// <summary>The newest durable entry that holds it; 0: none.</summary>
    public ulong LoggedIn { get; private set; }

    /// <summary>The entry whose version was written home last; 0: none.</summary>
    public ulong HomeOf { get; private set; }

    /// <summary>The flush that makes that home write durable.</summary>
    public FlushTicket HomeFlush { get; private set; }

    /// <summary>The version that a commit puts into the log.</summary>
    public ReadOnlySpan<byte> Frozen => _frozen;

    /// <summary>The version that the log durably holds.</summary>
    public ReadOnlySpan<byte> Logged => _logged;

    /// <summary>Copies bytes of the newest version.</summary>
    public void Read(int within, Span<byte> target)
    {
        var wait = new SpinWait();
        while (true)
        {
            int before = Volatile.Read(ref _version);
            _bytes.AsSpan(within, target.Length).CopyTo(target);
            Volatile.ReadBarrier();
            if ((before & 1) == 0 && Volatile.Read(ref _version) == before)
            {
                return;
            }

            wait.SpinOnce();
        }
    }

    /// <summary>Changes the newest version.</summary>
    public void Change(int within, ReadOnlySpan<byte> source)
    {
        Interlocked.Increment(ref _version);
        source.CopyTo(_bytes.AsSpan(within));
        Volatile.Write(ref _version, unchecked(_version + 1));
    }

    /// <summary>Takes the newest version into a snapshot.</summary>
    public void Freeze()
    {
        _frozen ??= new byte[_bytes.Length];
        _bytes.CopyTo(_frozen, 0);
        IsDirty = false;
    }

    /// <summary>The entry with the frozen version is durable.</summary>
    public void EntryIsDurable()
    {
        (_frozen, _logged) = (_logged, _frozen);
        LoggedIn = WrittenIn;
    }

    /// <summary>The logged version has been written home.</summary>
    /// <param name="flush">Taken after the write had completed.</param>
    public void IsWrittenHome(FlushTicket flush) => (HomeOf, HomeFlush) = (LoggedIn, flush);
}
