namespace VhdxFuse.Vhdx.Operations;

/// <summary>Where a disk is written to once, from its start to its end, in pieces. What is left out is
/// zeros.</summary>
public interface IDiskTarget
{
    /// <summary>Bytes written: what held only zeros is left out.</summary>
    long DataBytes { get; }

    /// <summary>Writes a piece that lies behind the last one.</summary>
    /// <exception cref="VhdxException">NoSpace, Io: the file below can't take it.</exception>
    void Write(DiskPiece piece);

    /// <summary>Ends the disk. All of it is durable when the call returns.</summary>
    /// <param name="contentBytes">How much was given, trailing zeros too.</param>
    /// <exception cref="VhdxException">NoSpace, Io: the file below can't take it.</exception>
    void Complete(long contentBytes);
}
