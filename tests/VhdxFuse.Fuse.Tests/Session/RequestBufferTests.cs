using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Session;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Session;

public sealed class RequestBufferTests
{
    [Theory]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void Data_of_writes_and_reads_lies_on_pages_and_the_largest_fits(int maxDataBytes)
    {
        using var buffer = new RequestBuffer(maxDataBytes);
        Assert.Equal(0, AddressOf(buffer.Request[80..]) % Environment.SystemPageSize);
        Assert.Equal(0, AddressOf(buffer.Reply[16..]) % Environment.SystemPageSize);
        Assert.True(buffer.Request.Length >= Math.Max(8192, 80 + maxDataBytes));
        Assert.True(buffer.Reply.Length >= 16 + maxDataBytes);
    }

    [Fact]
    public void A_buffer_that_was_disposed_of_cannot_be_used()
    {
        var buffer = new RequestBuffer(4096);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Request.Length);
    }

    private static unsafe long AddressOf(Span<byte> span) =>
        (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
