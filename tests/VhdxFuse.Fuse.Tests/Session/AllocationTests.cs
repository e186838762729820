using System;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>Serving allocates nothing: the bytes this thread allocated over 100 000 requests of every kind.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 100_000;

    [Fact]
    public void A_hundred_thousand_requests_allocate_nothing()
    {
        var harness = new DispatcherHarness();
        ulong handle = harness.Open("disk.raw");
        ulong node = harness.NodeOf("disk.raw");
        byte[][] requests =
        [
            KernelRequest.Read(handle, 4096, 4096),
            KernelRequest.Write(handle, 4096, new byte[4096]),
            KernelRequest.Lookup("disk.raw"),
            KernelRequest.Lookup("nothing"),
            KernelRequest.Of(Opcode.GetAttr, node),
            KernelRequest.Of(Opcode.SetAttr, node, new AttrMessages.SetAttrIn { Valid = 0x1B0 }),
            KernelRequest.Read(0, 0, 4096, Opcode.ReadDirPlus),
            KernelRequest.Read(0, 0, 4096, Opcode.ReadDir),
            KernelRequest.Of(Opcode.StatFs),
            KernelRequest.Of(Opcode.FSync, node, new FileMessages.FsyncIn()),
            KernelRequest.Of(Opcode.Flush, node, new FileMessages.FlushIn()),
            KernelRequest.Of(Opcode.LSeek, node, new FileMessages.LseekIn { Whence = 3 }),
            KernelRequest.Of(Opcode.Forget, node, new ForgetMessages.ForgetIn { Nlookup = 1 }),
            KernelRequest.Of((Opcode)52),
        ];
        byte[] reply = new byte[65536];
        Serve(harness, requests, reply, 1000); // compiled, and every table grown
        long before = GC.GetAllocatedBytesForCurrentThread();
        Serve(harness, requests, reply, Rounds);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Serve(DispatcherHarness harness, byte[][] requests, byte[] reply, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            _ = harness.Dispatcher.Dispatch(requests[i % requests.Length], reply);
        }
    }
}
