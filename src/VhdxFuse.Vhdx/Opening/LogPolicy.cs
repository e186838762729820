namespace VhdxFuse.Vhdx.Opening;

/// <summary>What is done with a pending log.</summary>
public enum LogPolicy
{
    /// <summary>Shown as if it had been replayed; the file isn't touched.</summary>
    ReplayInMemory,

    /// <summary>Left out: the disk as it is in the file, even when the log is damaged.</summary>
    Ignore,
}
