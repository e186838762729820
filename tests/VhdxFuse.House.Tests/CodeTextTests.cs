using Xunit;

namespace VhdxFuse.House.Tests;

/// <summary>The other House tests look at code through this; when it is blind they all pass.</summary>
public sealed class CodeTextTests
{
    [Theory]
    [InlineData("a(); // b", "a();     ")]
    [InlineData("a /* b\n c */ d", "a     \n      d")]
    [InlineData("x = \"//\" + y;", "x =      + y;")]
    [InlineData("x = \"a\\\"b\" + y;", "x =        + y;")]
    [InlineData("x = @\"a\"\"b\\\" + y;", "x = @        + y;")]
    [InlineData("x = '\"'; y", "x =    ; y")]
    [InlineData("x = \"\"\"a \"b\" c\"\"\" + y;", "x =               + y;")]
    public void Comments_and_literals_become_blanks_and_code_stays(string text, string code) =>
        Assert.Equal(code, CodeText.WithoutCommentsAndLiterals(text));
}
