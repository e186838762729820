using System;
using VhdxFuse.Vhdx;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

public sealed class ErrorTableTests
{
    public static TheoryData<VhdxErrorKind> Kinds() => [.. Enum.GetValues<VhdxErrorKind>()];

    /// <summary>A kind without a row throws.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_a_row_with_a_code_of_the_README(VhdxErrorKind kind)
    {
        (ExitCode exit, _, string advice) = ErrorTable.For(kind);
        Assert.Contains(exit, (ExitCode[])[ExitCode.CannotOpen, ExitCode.Corrupt, ExitCode.Parent]);
        Assert.DoesNotContain('\n', advice);
    }
}
