using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using VhdxFuse.Fuse.Interop;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>Mounts and unmounts through fusermount3, the setuid helper for users without privileges.</summary>
/// <remarks>It mounts, sends the descriptor over a socket and exits; with auto_unmount it stays instead, as our
/// child, and
/// unmounts when the socket closes. So with auto_unmount it must not be waited for, and the socket must live as long
/// as the session does.</remarks>
internal static class FusermountClient
{
    public const string Program = "fusermount3";

    private const int SocketInChild = 3;
    private const int StandardError = 2;
    private const int AboveChildNumbers = 10; // sources of dup2 must differ from its targets
    private const int MessageBytes = 4096;

    /// <summary>Mounts.</summary>
    /// <exception cref="FuseException">With fusermount3's own words.</exception>
    public static MountedDevice Mount(in MountPoint mountPoint, MountOptions options)
    {
        Check(LibC.SocketPair(out int ours, out int theirs), "socketpair");
        int descriptor;
        try
        {
            string[] command = [Program, "-o", MountWords.ForFusermount(options), "--", mountPoint.Path];
            Child child = Start(command, ref theirs);
            descriptor = DescriptorReceiver.Receive(ours);
            bool staysForLife = descriptor >= 0 && options.AutoUnmount;
            string message = descriptor >= 0 ? child.Forget() : child.ReadMessage();
            int status = staysForLife ? 0 : LibC.WaitFor(child.Process);
            if (descriptor < 0)
            {
                throw Explain(mountPoint.Path, message, status);
            }
        }
        catch
        {
            LibC.Close(ours);
            throw;
        }
        finally
        {
            LibC.Close(theirs);
        }

        if (!options.AutoUnmount)
        {
            LibC.Close(ours);
            ours = DevFuseChannel.None;
        }

        return new MountedDevice(new DevFuseChannel(descriptor, ours), mountPoint.Path, FuseMountMethod.Fusermount);
    }

    /// <summary>Unmounts.</summary>
    /// <param name="path">The mount point.</param>
    /// <param name="detach">Whether to take it away even if it is busy.</param>
    /// <returns>Null when it worked; otherwise fusermount3's words.</returns>
    public static string? Unmount(string path, bool detach)
    {
        int none = DevFuseChannel.None;
        Child child = Start([Program, detach ? "-uz" : "-u", "--", path], ref none);
        string message = child.ReadMessage();
        return LibC.WaitFor(child.Process) == 0 ? null : message;
    }

    /// <summary>Whether the program is on the PATH.</summary>
    public static bool IsInstalled()
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (folder.Length > 0 && File.Exists(Path.Combine(folder, Program)))
            {
                return true;
            }
        }

        return false;
    }

    // The socket is closed on our side once the child has it: else its end would never show.
    private static Child Start(string[] command, ref int socket)
    {
        Check(LibC.Pipe(out int reader, out int writer), "pipe");
        List<(int Source, int Target)> descriptors = [];
        MoveUp(ref writer);
        descriptors.Add((writer, StandardError));
        if (socket >= 0)
        {
            MoveUp(ref socket);
            descriptors.Add((socket, SocketInChild));
        }

        int result = PosixSpawn.Start(command, $"_FUSE_COMMFD={SocketInChild}", descriptors, out int process);
        LibC.Close(writer);
        LibC.Close(socket);
        socket = DevFuseChannel.None;
        if (result == 0)
        {
            return new Child(process, reader);
        }

        LibC.Close(reader);
        throw new FuseException(FuseFailure.NotPermitted, MissingMessage, (FuseErrno)(-result));
    }

    /// <summary>What is needed when neither way works.</summary>
    public static string MissingMessage => Dependencies.HasSysAdmin()
        ? "mounting is forbidden although CAP_SYS_ADMIN is there, by a seccomp profile (in a container: "
            + "--security-opt seccomp=unconfined) or because a user namespace doesn't own this mount namespace"
        : $"mounting needs CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN) or {Program} (package fuse3)";

    private static void MoveUp(ref int descriptor)
    {
        int moved = LibC.DuplicateAbove(descriptor, AboveChildNumbers);
        Check(moved, "fcntl");
        LibC.Close(descriptor);
        descriptor = moved;
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new FuseException(FuseFailure.System, $"{call} failed with errno {-result}", (FuseErrno)(-result));
        }
    }

    private static FuseException Explain(string path, string message, int status)
    {
        string words = message.Length > 0 ? message : $"{Program} failed with status {status}";
        if (message.Contains("user_allow_other", StringComparison.Ordinal))
        {
            return new FuseException(
                FuseFailure.AllowOtherDenied,
                $"{path}: add user_allow_other to /etc/fuse.conf ({words})",
                FuseErrno.Eperm);
        }

        if (message.Contains("failed to open /dev/fuse", StringComparison.Ordinal))
        {
            string hint = FuseDevice.Explain(FuseErrno.Eacces).Message;
            return new FuseException(FuseFailure.DeviceDenied, $"{path}: {hint} ({words})", FuseErrno.Eacces);
        }

        return message.Contains("mount failed: Operation not permitted", StringComparison.Ordinal)
            ? new FuseException(FuseFailure.NotPermitted, $"{path}: {MissingMessage} ({words})", FuseErrno.Eperm)
            : new FuseException(FuseFailure.FusermountFailed, $"{path}: {words}", FuseErrno.None);
    }

    private readonly record struct Child(int Process, int MessageReader)
    {
        /// <summary>Reads what it says until it ends, on one line.</summary>
        public string ReadMessage()
        {
            var text = new StringBuilder();
            Span<byte> bytes = stackalloc byte[MessageBytes];
            int count;
            do
            {
                count = LibC.Read(MessageReader, bytes);
                _ = text.Append(Encoding.UTF8.GetString(bytes[..Math.Max(count, 0)]));
            }
            while (count > 0 || count == FuseErrno.Eintr.ToResult());
            LibC.Close(MessageReader);
            return string.Join("; ", text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        /// <summary>Lets it talk to nobody.</summary>
        public string Forget()
        {
            LibC.Close(MessageReader);
            return "";
        }
    }
}
