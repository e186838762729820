using System;
using System.Threading;
using VhdxFuse.Fuse.Interop;

namespace VhdxFuse.Fuse.Session;

/// <summary>A descriptor of /dev/fuse, ours to close. Closed once no reader is in it: closing a descriptor that another
/// thread reads from would hand its number to the next open.</summary>
internal sealed class DevFuseChannel : IFuseChannel
{
    /// <summary>No descriptor.</summary>
    public const int None = -1;

    private readonly int _watched;
    private int _descriptor;

    /// <param name="descriptor">Of the device. Made non-blocking: readers wait by poll(2).</param>
    /// <param name="watched">A socket whose closing tells fusermount3 that we are gone, kept as long as the channel;
    /// <see cref="None"/> if there is none.</param>
    public DevFuseChannel(int descriptor, int watched = None)
    {
        _descriptor = descriptor;
        _watched = watched;
        LibC.SetNonBlocking(descriptor);
    }

    public int Receive(Span<byte> request)
    {
        int received;
        do
        {
            int ready = LibC.WaitUntilReadable(_descriptor);
            received = ready < 0 ? ready : TryReceive(request);
        }
        while (received == FuseErrno.Eagain.ToResult());
        return received;
    }

    public int TryReceive(Span<byte> request) => LibC.Read(_descriptor, request);

    public int Send(ReadOnlySpan<byte> reply)
    {
        int written = LibC.Write(_descriptor, reply);
        return written < 0 ? written : 0;
    }

    public int Send(ReadOnlySpan<byte> head, KernelBytes data)
    {
        int written = LibC.Write(_descriptor, head, data.Address, data.LengthBytes);
        return written < 0 ? written : 0;
    }

    public IFuseChannel? TryClone()
    {
        int fresh = LibC.Open(Mounting.FuseDevice.Path, LibC.ReadWriteCloseOnExec);
        if (fresh < 0)
        {
            return null;
        }

        if (LibC.CloneSession(fresh, _descriptor) < 0)
        {
            LibC.Close(fresh);
            return null;
        }

        return new DevFuseChannel(fresh);
    }

    public void Dispose()
    {
        int open = Interlocked.Exchange(ref _descriptor, None);
        if (open != None)
        {
            LibC.Close(open);
            LibC.Close(_watched);
        }
    }
}
