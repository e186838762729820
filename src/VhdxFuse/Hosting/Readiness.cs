using System;
using System.Globalization;

namespace VhdxFuse.Hosting;

/// <summary>Tells whoever waits that the mount is usable, and leaves the caller's terminal.</summary>
internal sealed class Readiness
{
    private readonly int? _pipe; // to the command in the foreground that started us
    private readonly int? _named; // --ready-fd

    private Readiness(int? pipe, int? named)
    {
        _pipe = pipe;
        _named = named;
    }

    /// <summary>The pipe that this process was started with; null when nobody waits for it.</summary>
    public static int? PipeNumber =>
        int.TryParse(
            Environment.GetEnvironmentVariable(Background.PipeVariable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int number) && Descriptor.IsOpen(number)
            ? number
            : null;

    /// <summary>Whether a command in the foreground waits for us.</summary>
    public bool IsBackground => _pipe is not null;

    /// <summary>Takes the pipe that this process was started with, if any, and keeps it from later children.</summary>
    /// <param name="named">One more descriptor to tell; null for none.</param>
    public static Readiness Take(int? named)
    {
        int? pipe = PipeNumber;
        Environment.SetEnvironmentVariable(Background.PipeVariable, null);
        foreach (int? descriptor in (ReadOnlySpan<int?>)[pipe, named])
        {
            if (descriptor >= StandardDescriptors.Count)
            {
                Descriptor.SetInherited(descriptor.Value, inherited: false);
            }
        }

        return new Readiness(pipe, named);
    }

    /// <summary>Says it.</summary>
    /// <returns>False when the command that started us is gone: nobody wants the mount.</returns>
    public bool Announce()
    {
        if (_pipe is not null)
        {
            _ = LibC.NewSession();
            _ = LibC.ChangeFolder("/"); // or the folder we were started in could never be unmounted
        }

        if (_named is { } descriptor)
        {
            _ = Descriptor.Write(descriptor, "\n"u8);
            if (descriptor >= StandardDescriptors.Count)
            {
                _ = LibC.Close(descriptor);
            }
        }

        if (_pipe is not { } pipe)
        {
            return true;
        }

        LeaveTerminal();
        bool heard = Descriptor.Write(pipe, "\n"u8);
        _ = LibC.Close(pipe);
        return heard;
    }

    private static void LeaveTerminal()
    {
        int nothing = LibC.Open("/dev/null", LibC.OpenReadWrite | LibC.OpenCloseOnExec);
        for (int standard = 0; standard < StandardDescriptors.Count; standard++)
        {
            _ = nothing >= 0 ? LibC.Duplicate(nothing, standard) : LibC.Close(standard);
        }

        if (nothing >= StandardDescriptors.Count)
        {
            _ = LibC.Close(nothing);
        }
    }
}
