using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace VhdxFuse.Hosting;

/// <summary>
/// Going to the background: the command starts itself once more and waits until that child says, through a pipe, that
/// the mount is usable. The child's messages go to the caller's terminal, its exit code becomes the command's own.
/// </summary>
/// <remarks>Not by fork: the runtime has threads before Main. The child gets the standard descriptors, the pipe, and
/// what the command line names; everything else the caller had open is closed in it.</remarks>
internal static unsafe class Background
{
    /// <summary>Names the child's end of the pipe.</summary>
    public const string PipeVariable = "VHDXFUSE_READY_PIPE";

    /// <summary>Of a container: what it ends with, and what it does first.</summary>
    public const int FirstProcess = 1;

    private const int FirstPipeNumber = 10; // below lie the numbers that shells and users like to name
    private const int FirstOwnDescriptor = 3;
    private const int SignalMask = 0x7f;
    private const int ExitShift = 8;

    /// <summary>Whether this process is neither the one in the background already, nor process 1, whose end would be
    /// the container's.</summary>
    public static bool MayStart => Environment.ProcessId != FirstProcess && Readiness.PipeNumber is null;

    /// <summary>Runs the command in the background. What the arguments get wrong, the child says.</summary>
    /// <param name="named">Descriptors that the command line names.</param>
    /// <returns>Fine once the mount is usable, else what the child ended with.</returns>
    public static ExitCode Start(IReadOnlyCollection<int> named)
    {
        int* ends = stackalloc int[2];
        if (LibC.Pipe(ends, LibC.OpenCloseOnExec) < 0)
        {
            throw Failed("no pipe can be made", Marshal.GetLastPInvokeError());
        }

        // Afterwards the only descriptors that outlive the exec are those we say.
        _ = LibC.CloseRange(LibC.CloseRangeNumber, FirstOwnDescriptor, uint.MaxValue, LibC.RangeCloseOnExec);
        foreach (int descriptor in named)
        {
            Descriptor.SetInherited(descriptor, inherited: true);
        }

        // The lowest free number from here on: never one that the user named, since those are open.
        int pipe = LibC.Control(ends[1], LibC.DuplicateDescriptor, FirstPipeNumber);
        _ = LibC.Close(ends[1]);
        int process = StartSelf(pipe);
        _ = LibC.Close(pipe);
        return Descriptor.ReadByte(ends[0]) ? ExitCode.Fine : ExitOf(process);
    }

    private static int StartSelf(int pipe)
    {
        try
        {
            return OwnProgram.Start(string.Create(CultureInfo.InvariantCulture, $"{PipeVariable}={pipe}"));
        }
        catch (IOException exception)
        {
            throw new ProgramException(
                ExitCode.MountFailed, $"going to the background needs /proc; use -f without it ({exception.Message})");
        }
    }

    private static ExitCode ExitOf(int process)
    {
        int status;
        while (LibC.Wait(process, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != LibC.ErrorInterrupted)
            {
                throw Failed("the background process is lost", Marshal.GetLastPInvokeError());
            }
        }

        int signal = status & SignalMask;
        return signal == 0
            ? (ExitCode)(status >> ExitShift)
            : throw new ProgramException(
                ExitCode.MountFailed,
                $"the background process was ended by signal {signal} before the mount was usable");
    }

    private static ProgramException Failed(string what, int errno) =>
        new(ExitCode.MountFailed, $"{what}: {Marshal.GetPInvokeErrorMessage(errno)}");
}
