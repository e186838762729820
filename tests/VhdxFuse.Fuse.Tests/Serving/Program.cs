using System;

namespace VhdxFuse.Fuse.Tests.Serving;

/// <summary>What the test assembly does when it is started as a program.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        Console.WriteLine(arguments.Length);
        return 0;
    }
}
