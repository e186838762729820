using Xunit;

namespace VhdxFuse.Vhdx.Tests;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("plain é 漢 𝄞.vhdx", "plain é 漢 𝄞.vhdx")]
    [InlineData("a\nb", @"a\u000ab")]
    [InlineData("\u001b[31mred", @"\u001b[31mred")]
    [InlineData("\u202Egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2028", @"\u2028")]
    [InlineData("", "")]
    public void Text_of_an_image_stays_one_harmless_line(string text, string escaped) =>
        Assert.Equal(escaped, OneLine.Escape(text));

    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal(@"\ud83dx", OneLine.Escape("\uD83Dx"));
}
