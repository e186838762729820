namespace VhdxFuse.Vhdx.Opening;

/// <summary>What the search for the active sequence came to.</summary>
internal enum LogContent
{
    NoSequence,
    OnlyEmptyEntries,
    Updates,
}
