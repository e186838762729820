namespace VhdxFuse.Output;

/// <summary>Something that was met and tolerated.</summary>
internal sealed record AnomalyDocument(string Kind, string Detail);
