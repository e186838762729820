using System;
using System.Linq;
using System.Threading.Tasks;
using VhdxFuse.Commands;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Commands;

/// <summary>What is taken for a mount without the parser.</summary>
public sealed class FirstGlanceTests
{
    [Theory]
    [InlineData("a b")]
    [InlineData("-o ro,uid=1 a b")]
    [InlineData("a b --rw --threads=2 -s")]
    [InlineData("--nonsense a b")] // the child says so
    public void A_mount_in_the_background_is_known(string arguments)
    {
        Assert.True(FirstGlance.IsMount(arguments.Split(' ')));
        Assert.True(FirstGlance.IsBackgroundMount(arguments.Split(' ')));
    }

    [Theory]
    [InlineData("-f a b")]
    [InlineData("a -d b")]
    [InlineData("--ready-fd 5 a b")]
    [InlineData("-o ro,ready-fd=5 a b")]
    [InlineData("/dev/fd/5 b")]
    [InlineData("a --pidfile=/proc/self/fd/5 b")]
    public void What_stays_or_names_a_descriptor_is_left_to_the_parser(string arguments)
    {
        Assert.True(FirstGlance.IsMount(arguments.Split(' ')));
        Assert.False(FirstGlance.IsBackgroundMount(arguments.Split(' ')));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("-sf a b")]
    [InlineData("-oro a b")]
    [InlineData("-h a b")]
    [InlineData("a /?")]
    [InlineData("--help a b")]
    [InlineData("-o help a b")]
    [InlineData("a b --version")]
    public void What_may_be_anything_but_a_mount_meets_the_whole_command_line(string arguments)
    {
        Assert.False(FirstGlance.IsMount(arguments.Split(' ')));
        Assert.False(FirstGlance.IsBackgroundMount(arguments.Split(' ')));
    }

    [ProgramFact(Need.None)]
    public async Task Each_command_of_the_help_is_no_mount()
    {
        await using var box = new Sandbox();
        string help = (await box.Run("--help")).Output;
        string[] names = [.. help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line is [' ', ' ', not ' ', ..]) // the others go on with a description
            .Select(line => line.Trim().Split(' ')[0])];
        Assert.Contains("info", names, StringComparer.Ordinal);
        Assert.All(names, name => Assert.False(FirstGlance.IsMount([name, "a", "b"])));
    }
}
