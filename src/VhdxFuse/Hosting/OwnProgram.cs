using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace VhdxFuse.Hosting;

/// <summary>This program once more, with the arguments and the environment that the kernel has of this
/// process.</summary>
internal static unsafe class OwnProgram
{
    private const string Path = "/proc/self/exe";

    private delegate int Call(byte** arguments, byte** environment);

    /// <summary>Starts it beside this process.</summary>
    /// <param name="variable">NAME=VALUE, which the child finds in its environment.</param>
    /// <returns>The process.</returns>
    /// <exception cref="IOException">There is no /proc.</exception>
    /// <exception cref="ProgramException">It can't be started.</exception>
    public static int Start(string variable)
    {
        int process = 0;

        // In front: of two variables of one name the first counts, and the caller's may be stale.
        byte[] environment = [.. Encoding.UTF8.GetBytes(variable), 0, .. Environment()];
        int error = Run(environment, (arguments, variables) =>
        {
            int started = 0;
            int answer = LibC.Spawn(&started, Path, null, null, arguments, variables);
            process = started;
            return answer;
        });
        return error == 0
            ? process
            : throw new ProgramException(
                ExitCode.MountFailed,
                $"the program can't be started once more: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Starts it in place of this process: whatever this one has opened is closed. Returns only where that
    /// can't be done.</summary>
    public static void BeginAnew()
    {
        try
        {
            _ = Run(Environment(), (arguments, variables) => LibC.Execute(Path, arguments, variables));
        }
        catch (IOException)
        {
            // Without /proc we go on as we are.
        }
    }

    private static byte[] Environment() => File.ReadAllBytes("/proc/self/environ");

    private static int Run(byte[] environment, Call call)
    {
        byte[] arguments = File.ReadAllBytes("/proc/self/cmdline");
        fixed (byte* argumentBytes = arguments, environmentBytes = environment)
        {
            fixed (byte** argumentList = Pointers(arguments, argumentBytes))
            fixed (byte** environmentList = Pointers(environment, environmentBytes))
            {
                return call(argumentList, environmentList);
            }
        }
    }

    // The texts stand one behind the other, each ended by a NUL; the list ends with a null pointer.
    private static byte*[] Pointers(byte[] texts, byte* start)
    {
        int count = texts.AsSpan().Count((byte)0);
        var pointers = new byte*[count + 1];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            pointers[i] = start + at;
            at += texts.AsSpan(at).IndexOf((byte)0) + 1;
        }

        return pointers;
    }
}
