namespace VhdxFuse.Support.Crash;

/// <summary>What was done to a file.</summary>
public enum FileOperationKind
{
    Write,
    WriteZeros,
    SetLength,
    Flush,
}
