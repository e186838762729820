using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>Receives one descriptor over a socket (SCM_RIGHTS).</summary>
internal static unsafe partial class DescriptorReceiver
{
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS

    /// <summary>Waits for the descriptor.</summary>
    /// <returns>The descriptor, closed on exec and the caller's; or -1 when the other end closed without sending
    /// one.</returns>
    public static int Receive(int socket)
    {
        byte data;
        ControlMessage control = default;
        var vector = new IoVector { Start = &data, Length = 1 };
        var message = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(ControlMessage),
        };
        nint received;
        do
        {
            received = ReceiveRaw(socket, &message, CloseOnExec);
        }
        while (received < 0 && Marshal.GetLastPInvokeError() == (int)FuseErrno.Eintr);

        bool hasDescriptor = received > 0
            && message.ControlLength >= ControlMessage.UsedBytes
            && control is { Level: SocketLevel, Type: Rights };
        return hasDescriptor ? control.Descriptor : -1;
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveRaw(int socket, MessageHeader* message, int flags);

    // struct iovec
    private struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    // struct msghdr: 56 bytes on 64-bit Linux
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public ControlMessage* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct cmsghdr with one descriptor
    private struct ControlMessage
    {
        public const int UsedBytes = 20; // CMSG_LEN(sizeof(int))

        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
        public int Padding;
    }
}
