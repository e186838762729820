namespace VhdxFuse.Fuse.Interop;

/// <summary>The kernel's <c>struct pollfd</c>.</summary>
internal struct PollRequest
{
    public int Descriptor;
    public short Events;
    public short Answer;
}
