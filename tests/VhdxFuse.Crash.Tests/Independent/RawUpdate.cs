namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>One descriptor of a log entry.</summary>
/// <param name="At">In the file.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Page">Null: zeros.</param>
internal sealed record RawUpdate(long At, long Length, byte[]? Page);
