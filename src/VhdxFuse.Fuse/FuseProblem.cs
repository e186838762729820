namespace VhdxFuse.Fuse;

/// <summary>A reason why mounting cannot work here.</summary>
/// <param name="Failure">The kind a <see cref="FuseException"/> would carry.</param>
/// <param name="Message">One line: what is missing and how to get it.</param>
public sealed record FuseProblem(FuseFailure Failure, string Message);
