using System.Collections.Immutable;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// A row of the table of locks that QEMU and we exclude each other by. Byte 100 + p is locked by who uses the image
/// for p, byte 200 + p by who forbids that to others; p is 0 for reading, 1 for writing, 3 for resizing. All are read
/// locks, so that several may hold the same byte; who wants to know tests with a write lock.
/// </summary>
internal sealed class LockSet
{
    /// <summary>We read; nobody may write or resize.</summary>
    public static readonly LockSet ForReading = new()
    {
        Taken = [Reads, ForbidsWriters, ForbidsResizing],
        Tested = [ForbidsReaders, Writes, Resizes],
        OnConflict = LockConflict.Refuse,
        WithoutConflict = LockState.Held,
    };

    /// <summary>We read, whatever the others do: a writer that comes later isn't hindered.</summary>
    public static readonly LockSet ForReadingBesideWriters = new()
    {
        Taken = [Reads],
        Tested = [ForbidsReaders, Writes, Resizes],
        OnConflict = LockConflict.Note,
        WithoutConflict = LockState.Shared,
    };

    /// <summary>We read, write and resize; others may only read, and only those who bear a writer.</summary>
    public static readonly LockSet ForWriting = new()
    {
        Taken = [Reads, Writes, Resizes, ForbidsWriters, ForbidsResizing],
        Tested = [ForbidsReaders, ForbidsWriters, ForbidsResizing, Writes, Resizes],
        OnConflict = LockConflict.Refuse,
        WithoutConflict = LockState.Held,
        IsRequired = true,
    };

    private const int Reads = 100;
    private const int Writes = 101;
    private const int Resizes = 103;
    private const int ForbidsReaders = 200;
    private const int ForbidsWriters = 201;
    private const int ForbidsResizing = 203;

    /// <summary>Locked, in this order, and kept.</summary>
    public required ImmutableArray<int> Taken { get; init; }

    /// <summary>Tested after that for somebody else's locks.</summary>
    public required ImmutableArray<int> Tested { get; init; }

    /// <summary>What to do about somebody else's lock.</summary>
    public required LockConflict OnConflict { get; init; }

    /// <summary>The state when there is no such lock.</summary>
    public required LockState WithoutConflict { get; init; }

    /// <summary>Whether the open fails where the file system has no locks.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What the holder of a lock on a byte does, for a message.</summary>
    public static string Meaning(int place) => place switch
    {
        Writes => "it writes",
        Resizes => "it may resize",
        ForbidsReaders => "it forbids readers",
        ForbidsWriters => "it forbids writers",
        ForbidsResizing => "it forbids resizing",
        _ => "it locks the whole range",
    };
}
