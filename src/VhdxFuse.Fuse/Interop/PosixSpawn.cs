using System;
using System.Collections;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace VhdxFuse.Fuse.Interop;

/// <summary>Starts a program. Never fork: the runtime has threads before Main.</summary>
internal static unsafe partial class PosixSpawn
{
    private const int OpaqueBytes = 512; // more than posix_spawn_file_actions_t of any libc

    /// <summary>Starts a program found through PATH.</summary>
    /// <param name="arguments">argv, the program's name first.</param>
    /// <param name="extraVariable">One more environment variable, <c>NAME=value</c>.</param>
    /// <param name="descriptors">Descriptors the child gets, each under its number there. The sources must lie above
    /// those numbers: dup2 onto itself would leave close-on-exec set.</param>
    /// <param name="process">The child's id.</param>
    /// <returns>0 or a negative error number; -ENOENT when there is no such program.</returns>
    public static int Start(
        IReadOnlyList<string> arguments,
        string extraVariable,
        IReadOnlyList<(int Source, int Target)> descriptors,
        out int process)
    {
        byte* actions = stackalloc byte[OpaqueBytes];
        new Span<byte>(actions, OpaqueBytes).Clear();
        _ = InitRaw(actions);
        nint[] argv = NativeStrings(arguments);
        nint[] environment = NativeStrings(EnvironmentWith(extraVariable));
        try
        {
            foreach ((int source, int target) in descriptors)
            {
                _ = AddDup2Raw(actions, source, target);
            }

            int id = 0;
            int error;
            fixed (nint* argvStart = argv, environmentStart = environment)
            {
                error = SpawnRaw(&id, argv[0], actions, null, argvStart, environmentStart);
            }

            process = id;
            return -error;
        }
        finally
        {
            Free(argv);
            Free(environment);
            _ = DestroyRaw(actions);
        }
    }

    private static List<string> EnvironmentWith(string extra)
    {
        List<string> all = [extra];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            all.Add($"{variable.Key}={variable.Value}");
        }

        return all;
    }

    // Ends with the null pointer that execve wants.
    private static nint[] NativeStrings(IReadOnlyList<string> strings)
    {
        var pointers = new nint[strings.Count + 1];
        for (int i = 0; i < strings.Count; i++)
        {
            pointers[i] = Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return pointers;
    }

    private static void Free(nint[] strings)
    {
        foreach (nint pointer in strings)
        {
            Marshal.FreeCoTaskMem(pointer);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitRaw(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyRaw(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup2Raw(byte* actions, int source, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    private static partial int SpawnRaw(
        int* process, nint file, byte* actions, byte* attributes, nint* argv, nint* environment);
}
