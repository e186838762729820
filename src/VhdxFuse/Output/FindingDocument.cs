namespace VhdxFuse.Output;

/// <summary>One thing that a check found.</summary>
/// <param name="Severity">error, warning or info.</param>
/// <param name="Rule">As docs/checking.md lists them.</param>
/// <param name="Offset">In the file; null when there is no one place.</param>
/// <param name="Detail">One line for people.</param>
internal sealed record FindingDocument(string Severity, string Rule, long? Offset, string Detail);
