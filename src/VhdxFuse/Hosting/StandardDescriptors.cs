namespace VhdxFuse.Hosting;

/// <summary>Input, output and errors: 0, 1 and 2.</summary>
internal static class StandardDescriptors
{
    public const int Count = 3;

    /// <summary>
    /// Sees to it that no file of ours has one of these numbers: a line of the log would be written into an image.
    /// Where the caller had closed one, the runtime may have put something of its own there before us; so the program
    /// begins anew with it taken. What it writes there then fails, as it should.
    /// </summary>
    public static void Occupy()
    {
        bool wasClosed = false;
        for (int number = 0; number < Count; number++)
        {
            // What was inherited can't be closed by an exec; what was opened since is.
            int flags = LibC.Control(number, LibC.GetDescriptorFlags, 0);
            if (flags < 0 || (flags & LibC.CloseOnExec) != 0)
            {
                wasClosed = true;
                int nothing = LibC.Open("/dev/null", flags: 0);
                _ = nothing == number ? number : LibC.Duplicate(nothing, number);
                if (nothing >= Count)
                {
                    _ = LibC.Close(nothing);
                }
            }
        }

        if (wasClosed)
        {
            OwnProgram.BeginAnew();
        }
    }
}
