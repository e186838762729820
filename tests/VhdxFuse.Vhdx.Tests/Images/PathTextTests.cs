using System;
using System.Linq;
using CsCheck;
using VhdxFuse.Vhdx.Images;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class PathTextTests
{
    [Fact]
    public void Any_bytes_come_back_the_same() => Gen.Byte[1, 255].Array[0, 40].Sample(bytes =>
        PathText.ToBytes(PathText.FromBytes(bytes)).SequenceEqual(bytes.Append((byte)0)));

    [Fact]
    public void Text_that_is_unicode_comes_back_the_same() => Gen.String.Sample(text =>
    {
        string name = string.Concat(text.Where(c => c != '\0' && !char.IsSurrogate(c))) + "\U0001f4be";
        return PathText.IsWellFormed(name)
            && string.Equals(PathText.FromBytes(PathText.ToBytes(name).AsSpan()[..^1]), name, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("/dev/fd/0", true)]
    [InlineData("/proc/self/fd/12", true)]
    [InlineData("/dev/fd/", false)]
    [InlineData("/dev/fd/1x", false)]
    [InlineData("/dev/fd/-1", false)]
    [InlineData("/dev/fd/1/2", false)]
    [InlineData("x/dev/fd/1", false)]
    public void A_descriptor_is_its_folder_and_a_number(string path, bool expected) =>
        Assert.Equal(expected, PathText.IsDescriptor(path, out _));
}
