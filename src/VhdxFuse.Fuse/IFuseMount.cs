using System;
using System.Threading.Tasks;

namespace VhdxFuse.Fuse;

/// <summary>A served mount. Safe to use from any thread, signal handlers' threads among them.
/// Never call it from inside a handler. Disposing detaches what is still mounted, and doesn't wait.</summary>
public interface IFuseMount : IDisposable
{
    /// <summary>The mount point's absolute path; for an inherited mount the name it was given by.</summary>
    string MountPoint { get; }

    /// <summary>Who mounted.</summary>
    FuseMountMethod Method { get; }

    /// <summary>Whether mount namespaces that share what lies around the mount point see the mount too, as a
    /// container's host does through a shared volume. False also where the mount table can't be read.</summary>
    bool IsShared { get; }

    /// <summary>Ends when no handler runs any more and the file system has been told. Never faults.</summary>
    Task<FuseEnd> Completion { get; }

    /// <summary>Waits for the end as <see cref="Completion"/> describes it.</summary>
    FuseEnd WaitForEnd();

    /// <summary>Asks for the end; it has come when <see cref="Completion"/> ends.</summary>
    /// <returns>False when the mount is in use (it goes on being served), or when it was inherited and is not ours
    /// to unmount. True also when it had ended before.</returns>
    /// <exception cref="FuseException">Unmounting failed for another reason.</exception>
    bool TryUnmount();

    /// <summary>Takes the mount out of the tree at once. Files still open go on working, and the end comes when the
    /// last is closed. An inherited mount is closed instead: handlers finish, and the end comes at once.</summary>
    /// <exception cref="FuseException">Unmounting failed.</exception>
    void Detach();

    /// <summary>Stops serving at once, for a process that is about to leave: waits for the handlers that run, refuses
    /// what comes after with ENOTCONN, and tells the file system. What is still mounted then is dead: detach
    /// first.</summary>
    void Abandon();
}
