using System;

namespace VhdxFuse.Fuse.Session;

/// <summary>Requests in, replies out. A reply goes to the channel its request came from: the kernel knows it nowhere
/// else. Receive is called by one reader or several; Send may run on any thread.</summary>
internal interface IFuseChannel : IDisposable
{
    /// <summary>Waits for one request.</summary>
    /// <returns>Its length in bytes, or a negative error number.</returns>
    int Receive(Span<byte> request);

    /// <summary>Receives a request that is there already.</summary>
    /// <returns>As <see cref="Receive"/>; EAGAIN when there is none.</returns>
    int TryReceive(Span<byte> request);

    /// <summary>Sends one reply, whole.</summary>
    /// <returns>0 or a negative error number.</returns>
    int Send(ReadOnlySpan<byte> reply);

    /// <summary>Sends one reply, whole, of which the data lie elsewhere.</summary>
    /// <returns>0 or a negative error number; EFAULT when the data could not be had: the kernel has told
    /// the caller EIO then, and knows the request no more.</returns>
    int Send(ReadOnlySpan<byte> head, KernelBytes data);

    /// <summary>Makes a further channel of the same session, owned by the caller.</summary>
    /// <returns>Null when that isn't possible; then readers share this one.</returns>
    IFuseChannel? TryClone();
}
