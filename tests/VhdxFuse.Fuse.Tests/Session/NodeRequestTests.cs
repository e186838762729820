using System;
using System.Collections.Generic;
using System.Linq;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class NodeRequestTests
{
    private readonly DispatcherHarness _harness = new();

    public static IEnumerable<object[]> NameChanges =>
        new[]
        {
            Opcode.Create, Opcode.MkNod, Opcode.MkDir, Opcode.Symlink, Opcode.Link, Opcode.Unlink, Opcode.RmDir,
            Opcode.Rename, Opcode.Rename2,
        }.Select(opcode => new object[] { (int)opcode });

    [Fact]
    public void The_same_path_keeps_its_node_while_it_is_known() =>
        Assert.Equal(_harness.NodeOf("disk.raw"), _harness.NodeOf("disk.raw"));

    [Fact]
    public void Names_below_directories_are_found() =>
        Assert.NotEqual(0UL, _harness.NodeOf("inner", directory: _harness.NodeOf("sub")));

    [Fact]
    public void A_node_is_gone_after_as_many_forgets_as_lookups()
    {
        ulong node = _harness.NodeOf("disk.raw");
        _ = _harness.NodeOf("disk.raw");
        Forget(node, 1);
        Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.GetAttr, node)));
        Forget(node, 1);
        Assert.Equal((int)FuseErrno.Estale, _harness.ErrorOf(KernelRequest.Of(Opcode.GetAttr, node)));
        Assert.NotEqual(node, _harness.NodeOf("disk.raw"));
    }

    [Fact]
    public void The_root_is_never_forgotten()
    {
        Forget(1, ulong.MaxValue);
        Assert.Equal(0, _harness.ErrorOf(KernelRequest.Of(Opcode.GetAttr, 1)));
    }

    [Theory]
    [InlineData((int)Opcode.Forget)]
    [InlineData((int)Opcode.BatchForget)]
    [InlineData((int)Opcode.Interrupt)]
    [InlineData((int)Opcode.NotifyReply)]
    public void One_way_requests_are_never_answered(int opcode)
    {
        Assert.Empty(_harness.Ask(KernelRequest.Of((Opcode)opcode)));
        Assert.Empty(_harness.Ask(KernelRequest.Of((Opcode)opcode, 1, new byte[64])));
    }

    [Fact]
    public void A_batch_forgets_every_node_in_it()
    {
        ulong disk = _harness.NodeOf("disk.raw");
        ulong sub = _harness.NodeOf("sub");
        byte[] ones =
        [
            .. BitConverter.GetBytes(disk), .. BitConverter.GetBytes(1UL),
            .. BitConverter.GetBytes(sub), .. BitConverter.GetBytes(1UL),
        ];
        Assert.Empty(_harness.Ask(KernelRequest.Of(
            Opcode.BatchForget, 0, new ForgetMessages.BatchForgetIn { Count = 2 }, ones)));
        Assert.Equal(1, _harness.Nodes.Count);
    }

    [Fact]
    public void A_batch_that_promises_more_than_it_holds_forgets_what_it_holds()
    {
        ulong disk = _harness.NodeOf("disk.raw");
        byte[] ones = [.. BitConverter.GetBytes(disk), .. BitConverter.GetBytes(1UL), 1, 2, 3];
        Assert.Empty(_harness.Ask(KernelRequest.Of(
            Opcode.BatchForget, 0, new ForgetMessages.BatchForgetIn { Count = uint.MaxValue }, ones)));
        Assert.Equal(1, _harness.Nodes.Count);
    }

    [Theory]
    [MemberData(nameof(NameChanges))]
    public void Changing_names_is_erofs_on_a_read_only_mount_and_eperm_otherwise(int opcode)
    {
        byte[] request = KernelRequest.Of((Opcode)opcode, 1, new byte[64]);
        Assert.Equal((int)FuseErrno.Eperm, _harness.ErrorOf(request));
        var readOnly = new DispatcherHarness(new MountOptions { ReadOnly = true });
        Assert.Equal((int)FuseErrno.Erofs, readOnly.ErrorOf(request));
    }

    [Fact]
    public void Setattr_hands_over_only_what_is_marked_valid()
    {
        var recorder = new RecordingFileSystem();
        var harness = new DispatcherHarness(new MountOptions { ReadOnly = false }, recorder);
        _ = harness.Ask(KernelRequest.Of(Opcode.SetAttr, 1, new AttrMessages.SetAttrIn
        {
            Valid = 0x248, // size, handle, lock owner: what truncate(1) sends
            Size = 99,
            Mode = 0x1FF,
            Uid = 5,
            Atime = 7,
        }));
        Assert.Equal(new FuseSetAttributes { SizeBytes = 99 }, recorder.Changes);
        _ = harness.Ask(KernelRequest.Of(Opcode.SetAttr, 1, new AttrMessages.SetAttrIn
        {
            Valid = 0x1B0, // both times, now: what touch(1) sends
            Atime = 7,
            Atimensec = 8,
            Mtime = unchecked((ulong)-9L),
            Mtimensec = 10,
        }));
        Assert.Equal(
            new FuseSetAttributes
            {
                AccessTime = new FuseTimestamp(7, 8),
                ModificationTime = new FuseTimestamp(-9, 10),
            },
            recorder.Changes);
    }

    [Fact]
    public void Setattr_answers_with_the_attributes_as_they_are_then()
    {
        ulong node = _harness.NodeOf("disk.raw");
        AttrMessages.AttrOut after = _harness.Get<AttrMessages.AttrOut>(KernelRequest.Of(
            Opcode.SetAttr, node, new AttrMessages.SetAttrIn { Valid = 0x20, Mtime = 42 }));
        Assert.Equal(42, after.Attr.Mtime);
        Assert.Equal((ulong)DispatcherHarness.DiskBytes, after.Attr.Size);
    }

    [Fact]
    public void Setattr_is_erofs_on_a_read_only_mount()
    {
        var readOnly = new DispatcherHarness(new MountOptions { ReadOnly = true });
        byte[] request = KernelRequest.Of(Opcode.SetAttr, 1, new AttrMessages.SetAttrIn { Valid = 8 });
        Assert.Equal((int)FuseErrno.Erofs, readOnly.ErrorOf(request));
    }

    [Fact]
    public void Allow_root_lets_owner_and_root_in_and_nobody_else()
    {
        var harness = new DispatcherHarness(new MountOptions { AllowRoot = true }, ownerId: 1000);
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Lookup("sub", uid: 0)));
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Lookup("sub", uid: 1000)));
        Assert.Equal((int)FuseErrno.Eacces, harness.ErrorOf(KernelRequest.Lookup("sub", uid: 1001)));
        var open = new DispatcherHarness(new MountOptions { AllowRoot = true, AllowOther = true }, ownerId: 1000);
        Assert.Equal(0, open.ErrorOf(KernelRequest.Lookup("sub", uid: 1001)));
    }

    [Fact]
    public void Timeouts_are_settable_to_the_fraction_of_a_second()
    {
        var harness = new DispatcherHarness(new MountOptions
        {
            EntryTimeout = TimeSpan.FromMilliseconds(1500),
            AttributeTimeout = TimeSpan.Zero,
        });
        AttrMessages.EntryOut entry = harness.Get<AttrMessages.EntryOut>(KernelRequest.Lookup("sub"));
        Assert.Equal((1UL, 500_000_000U, 0UL, 0U),
            (entry.EntryValid, entry.EntryValidNsec, entry.AttrValid, entry.AttrValidNsec));
    }

    private void Forget(ulong node, ulong count) => Assert.Empty(_harness.Ask(
        KernelRequest.Of(Opcode.Forget, node, new ForgetMessages.ForgetIn { Nlookup = count })));
}
