using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class DirectoryRequestTests
{
    private static readonly string[] Everything = [".", "..", "disk.raw", "faulty", "short.txt", "sub"];

    private readonly DispatcherHarness _harness = new();

    [Theory]
    [InlineData(4096)]
    [InlineData(100)]
    [InlineData(40)] // one entry of the longest name at a time
    public void A_listing_goes_on_where_the_buffer_was_full(uint size)
    {
        var names = new List<string>();
        ulong offset = 0;
        while (true)
        {
            byte[] payload = _harness.PayloadOf(KernelRequest.Read(0, offset, size, Opcode.ReadDir));
            Assert.True(payload.Length <= size);
            if (payload.Length == 0)
            {
                break;
            }

            foreach ((string name, ulong next) in Entries(payload))
            {
                names.Add(name);
                offset = next;
            }
        }

        Assert.Equal(Everything, names, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(170)] // 152 + a name
    public void A_listing_with_attributes_goes_on_where_the_buffer_was_full(uint size)
    {
        var entries = new List<(string Name, AttrMessages.EntryOut Entry)>();
        ulong offset = 0;
        for (byte[] payload = Plus(offset, size); payload.Length > 0; payload = Plus(offset, size))
        {
            foreach ((string name, AttrMessages.EntryOut entry, ulong next) in PlusEntries(payload))
            {
                entries.Add((name, entry));
                offset = next;
            }
        }

        Assert.Equal(Everything, entries.Select(entry => entry.Name), StringComparer.Ordinal);
        Assert.All(entries[..2], entry => Assert.Equal(0UL, entry.Entry.Nodeid)); // . and ..
        Assert.All(entries[2..], entry => Assert.Equal(_harness.NodeOf(entry.Name), entry.Entry.Nodeid));
        Assert.Equal((ulong)DispatcherHarness.DiskBytes, entries[2].Entry.Attr.Size);
        Assert.Equal(3600UL, entries[2].Entry.EntryValid);
    }

    [Fact]
    public void Only_entries_that_were_sent_count_as_lookups()
    {
        _ = Plus(offset: 2, size: 170); // disk.raw fits, faulty doesn't
        Assert.Equal(2, _harness.Nodes.Count);
    }

    [Theory]
    [InlineData(Opcode.ReadDir)]
    [InlineData(Opcode.ReadDirPlus)]
    internal void A_buffer_too_small_for_one_entry_is_an_error_and_not_the_end(Opcode opcode) =>
        Assert.Equal((int)FuseErrno.Einval, _harness.ErrorOf(KernelRequest.Read(0, 2, 20, opcode)));

    [Fact]
    public void Past_the_end_of_a_listing_there_is_nothing() =>
        Assert.Empty(_harness.PayloadOf(KernelRequest.Read(0, 6, 4096, Opcode.ReadDir)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void Names_that_are_none_are_refused_to_the_file_system(string name)
    {
        var harness = new DispatcherHarness(fileSystem: new OneNameFileSystem(Encoding.UTF8.GetBytes(name)));
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(0, 0, 4096, Opcode.ReadDirPlus)));
        Assert.IsType<ArgumentException>(Assert.Single(harness.Faults).Exception);
    }

    [Fact]
    public void An_entry_that_did_not_fit_keeps_shorter_ones_out_too()
    {
        Span<byte> buffer = stackalloc byte[64];
        var entries = new DirectoryWriter(buffer, position: 2);
        FuseAttributes file = new() { Type = FuseFileType.RegularFile };
        Assert.True(entries.TryAdd("a"u8, file));
        Assert.False(entries.TryAdd("a-long-name"u8, file));
        Assert.False(entries.TryAdd("b"u8, file)); // there would be room
        Assert.Equal(32, entries.LengthBytes);
    }

    private byte[] Plus(ulong offset, uint size) =>
        _harness.PayloadOf(KernelRequest.Read(0, offset, size, Opcode.ReadDirPlus));

    private static List<(string Name, ulong Next)> Entries(ReadOnlySpan<byte> payload)
    {
        List<(string Name, ulong Next)> entries = [];
        while (!payload.IsEmpty)
        {
            ulong next = MemoryMarshal.Read<ulong>(payload[8..]);
            int length = MemoryMarshal.Read<int>(payload[16..]);
            entries.Add((Encoding.UTF8.GetString(payload.Slice(24, length)), next));
            payload = payload[((24 + length + 7) / 8 * 8)..];
        }

        return entries;
    }

    private static List<(string Name, AttrMessages.EntryOut Entry, ulong Next)> PlusEntries(ReadOnlySpan<byte> payload)
    {
        List<(string Name, AttrMessages.EntryOut Entry, ulong Next)> entries = [];
        while (!payload.IsEmpty)
        {
            AttrMessages.EntryOut entry = MemoryMarshal.Read<AttrMessages.EntryOut>(payload);
            int length = MemoryMarshal.Read<int>(payload[144..]);
            string name = Encoding.UTF8.GetString(payload.Slice(152, length));
            entries.Add((name, entry, MemoryMarshal.Read<ulong>(payload[136..])));
            payload = payload[((152 + length + 7) / 8 * 8)..];
        }

        return entries;
    }

    private sealed class OneNameFileSystem(byte[] name) : FuseFileSystemBase
    {
        public override int ReadDir(ReadOnlySpan<byte> path, in FuseFileInfo directory, ref DirectoryWriter entries)
        {
            _ = entries.TryAdd(name, new FuseAttributes { Type = FuseFileType.RegularFile });
            return 0;
        }
    }
}
