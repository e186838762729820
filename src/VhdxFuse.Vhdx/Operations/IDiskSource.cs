namespace VhdxFuse.Vhdx.Operations;

/// <summary>A disk that is read once, from its start to its end, in pieces.</summary>
public interface IDiskSource
{
    /// <summary>Size of the disk; null until the end was met, where nobody can know before.</summary>
    long? LengthBytes { get; }

    /// <summary>Fills a piece with what comes next. What is known to be zeros is left out.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="VhdxException">It can't be read.</exception>
    bool TryRead(DiskPiece piece);
}
