using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;
using VhdxFuse.Support;

namespace VhdxFuse.Fuse.Tests.Session;

/// <summary>A dispatcher over a small tree: /disk.raw (1 MiB, odd blocks missing), /faulty, /short.txt ("hello"),
/// /sub/inner.</summary>
internal sealed class DispatcherHarness
{
    public const int DiskBytes = 1 << 20;

    private const int LeftoverBytes = 8192;

    private readonly byte[] _reply = new byte[DiskBytes + 4096];

    public DispatcherHarness(MountOptions? options = null, IFuseFileSystem? fileSystem = null, uint ownerId = 0)
    {
        Memory = new MemoryFileSystem(MemoryNode.Directory()
            .With("disk.raw", MemoryNode.File(SparseMemory.Patterned(DiskBytes, block => block % 2 == 0)))
            .With("faulty", MemoryNode.File(SparseMemory.Of("x"u8)))
            .With("short.txt", MemoryNode.File(SparseMemory.Of("hello"u8), UnixFileMode.UserRead))
            .With("sub", MemoryNode.Directory().With("inner", MemoryNode.File(SparseMemory.Of("in"u8)))));
        MountOptions used = (options ?? new MountOptions { ReadOnly = false }) with { Faulted = Faults.Add };
        Dispatcher = new Dispatcher(fileSystem ?? Memory, used, Nodes, ownerId);
    }

    public MemoryFileSystem Memory { get; }

    public NodeTable Nodes { get; } = new();

    public Dispatcher Dispatcher { get; }

    public List<FuseFault> Faults { get; } = [];

    /// <summary>The whole reply; empty when none is sent. It is built on leftovers, none of which may show.</summary>
    public byte[] Ask(byte[] request)
    {
        _reply.AsSpan(0, LeftoverBytes).Fill(0xCC);
        return _reply.AsSpan(0, Dispatcher.Dispatch(request, _reply)).ToArray();
    }

    /// <summary>The error number of the reply, 0 for success; fails if there is no reply.</summary>
    public int ErrorOf(byte[] request) => -MemoryMarshal.Read<Headers.Out>(Ask(request)).Error;

    /// <summary>The payload of a reply that must be a success.</summary>
    public byte[] PayloadOf(byte[] request)
    {
        byte[] reply = Ask(request);
        Headers.Out header = MemoryMarshal.Read<Headers.Out>(reply);
        Xunit.Assert.Equal(0, header.Error);
        Xunit.Assert.Equal(reply.Length, (int)header.Len);
        return reply[Unsafe.SizeOf<Headers.Out>()..];
    }

    /// <summary>The structure in a reply that must be a success.</summary>
    public T Get<T>(byte[] request)
        where T : unmanaged
    {
        byte[] payload = PayloadOf(request);
        Xunit.Assert.Equal(Unsafe.SizeOf<T>(), payload.Length);
        return MemoryMarshal.Read<T>(payload);
    }

    public ulong NodeOf(string name, ulong directory = 1) =>
        Get<AttrMessages.EntryOut>(KernelRequest.Lookup(name, directory)).Nodeid;

    /// <summary>Looks a file up and opens it.</summary>
    public ulong Open(string name, uint flags = 0) => Get<FileMessages.OpenOut>(
        KernelRequest.Of(Opcode.Open, NodeOf(name), new FileMessages.OpenIn { Flags = flags })).Fh;
}
