namespace VhdxFuse.Support.Crash;

/// <summary>One call that changes a file or makes it durable.</summary>
/// <param name="Kind">Which.</param>
/// <param name="At">Where; for SetLength the new length, for Flush 0.</param>
/// <param name="LengthBytes">How much; 0 for SetLength and Flush.</param>
public readonly record struct FileOperation(FileOperationKind Kind, long At, long LengthBytes)
{
    public override string ToString() => Kind switch
    {
        FileOperationKind.Flush => "sync",
        FileOperationKind.SetLength => $"length 0x{At:x}",
        FileOperationKind.WriteZeros => $"zeros 0x{At:x}+0x{LengthBytes:x}",
        _ => $"write 0x{At:x}+0x{LengthBytes:x}",
    };
}
