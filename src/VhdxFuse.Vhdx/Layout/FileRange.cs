namespace VhdxFuse.Vhdx.Layout;

/// <summary>A named stretch of an image file.</summary>
/// <param name="Name">For messages: <c>log</c>, <c>BAT region</c>…</param>
/// <param name="Start">In the file.</param>
/// <param name="LengthBytes">Never negative; start and length never overflow.</param>
internal readonly record struct FileRange(string Name, FileOffset Start, long LengthBytes)
{
    public FileOffset End => Start + LengthBytes;

    public bool Overlaps(FileOffset start, long lengthBytes) =>
        lengthBytes > 0 && LengthBytes > 0 && start < End && Start < start + lengthBytes;
}
