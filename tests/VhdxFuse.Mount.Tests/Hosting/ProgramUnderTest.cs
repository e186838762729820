using System;
using System.IO;
using VhdxFuse.Support;

namespace VhdxFuse.Mount.Tests.Hosting;

/// <summary>The built program: <c>artifacts/vhdxfuse</c> of the tree this test assembly lies in.</summary>
internal static class ProgramUnderTest
{
    private static readonly string? Found = Find();

    public static string Path => Found ?? throw new InvalidOperationException("there is no built program");

    /// <summary>Says why a test can't run; null when it can.</summary>
    public static string? WhyNot(Need needs, string[] tools) => Found is null
        ? "the program isn't built (make build)"
        : Requirements.WhyNot(needs, tools);

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "VhdxFuse.sln")))
            {
                string program = System.IO.Path.Combine(folder.FullName, "artifacts", "vhdxfuse");
                return File.Exists(program) ? program : null;
            }
        }

        return null;
    }
}
