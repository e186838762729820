using System;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class FaultTests
{
    [Fact]
    public void A_throwing_handler_is_eio_is_reported_and_the_next_request_is_served()
    {
        var harness = new DispatcherHarness();
        ulong handle = harness.Open("faulty");
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(handle, 0, 1)));
        FuseFault fault = Assert.Single(harness.Faults);
        Assert.Equal(("READ", "a faulty file", FuseErrno.Eio), (fault.Operation, fault.Exception.Message, fault.Errno));
        Assert.Equal(0, harness.ErrorOf(KernelRequest.Of(Opcode.GetAttr)));
    }

    [Fact]
    public void The_host_chooses_the_error_number()
    {
        var harness = new DispatcherHarness(new MountOptions
        {
            ErrnoOf = exception => exception is InvalidOperationException ? FuseErrno.Enospc : FuseErrno.Eio,
        });
        ulong handle = harness.Open("faulty");
        Assert.Equal((int)FuseErrno.Enospc, harness.ErrorOf(KernelRequest.Read(handle, 0, 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void An_error_number_that_is_none_becomes_eio(int errno)
    {
        var harness = new DispatcherHarness(new MountOptions { ErrnoOf = _ => (FuseErrno)errno });
        ulong handle = harness.Open("faulty");
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(handle, 0, 1)));
    }

    [Fact]
    public void A_host_whose_own_function_throws_still_gets_the_request_answered()
    {
        var harness = new DispatcherHarness(new MountOptions { ErrnoOf = _ => throw new FormatException() });
        ulong handle = harness.Open("faulty");
        Assert.Equal((int)FuseErrno.Eio, harness.ErrorOf(KernelRequest.Read(handle, 0, 1)));
    }
}
