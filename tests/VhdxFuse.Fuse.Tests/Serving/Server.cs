using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using VhdxFuse.Support;

namespace VhdxFuse.Fuse.Tests.Serving;

/// <summary>Serves <see cref="ServedTree"/>. Speaks lines: says <c>ready METHOD PATH</c> or <c>failed KIND
/// MESSAGE</c>, then
/// answers the commands <c>unmount</c>, <c>detach</c>, <c>stats</c>, <c>block</c>, <c>go</c>, and says <c>ended
/// REASON</c>
/// at last. When its input ends (the test host is gone) it detaches.</summary>
internal sealed class Server
{
    private readonly MemoryFileSystem _fileSystem;
    private readonly object _gate = new();
    private readonly Lock _speech = new(); // held from a command to its answer, so that the end is said after it
    private readonly IFuseMount _mount;
    private bool _isBlocked; // guarded by _gate

    private Server(string mountPoint, IReadOnlyList<string> words)
    {
        _fileSystem = new MemoryFileSystem(
            words.Contains("file", StringComparer.Ordinal)
                ? MemoryNode.File(ServedTree.Disk())
                : ServedTree.Directory())
        {
            Reading = WaitUntilFree,
        };
        _mount = VhdxFuse.Fuse.Fuse.Mount(mountPoint, _fileSystem, OptionsOf(words));
    }

    public static int Run(string mountPoint, IReadOnlyList<string> words)
    {
        Server server;
        try
        {
            server = new Server(mountPoint, words);
        }
        catch (FuseException exception)
        {
            Console.WriteLine($"failed {exception.Failure} {exception.Message}");
            return 1;
        }

        Console.WriteLine($"ready {server._mount.Method} {server._mount.MountPoint}");
        new Thread(server.Obey) { IsBackground = true }.Start();
        FuseEnd end = server._mount.WaitForEnd();
        lock (server._speech)
        {
            Console.WriteLine($"ended {end.Reason} {(int)end.Errno} told={server._fileSystem.End == end}");
        }

        return 0;
    }

    private static MountOptions OptionsOf(IReadOnlyList<string> words)
    {
        string? Value(string key) => words.FirstOrDefault(word => word.StartsWith(key + "=", StringComparison.Ordinal))
            ?[(key.Length + 1)..];
        bool Has(string word) => words.Contains(word, StringComparer.Ordinal);
        return new MountOptions
        {
            Source = Value("source") ?? "test",
            Subtype = "vhdxfuse",
            ReadOnly = !Has("rw"),
            AllowOther = Has("allow_other"),
            AllowRoot = Has("allow_root"),
            AutoUnmount = Has("auto_unmount"),
            CloneDescriptors = Has("clone"),
            Threads = Value("threads") is { } threads ? int.Parse(threads, null) : null,
            MaxPages = Value("max_pages") is { } pages ? int.Parse(pages, null) : null,
            Extra = Value("extra") is { } extra ? [extra] : [],
            Faulted = fault => Console.WriteLine($"fault {fault.Operation} {(int)fault.Errno}"),
        };
    }

    private void WaitUntilFree()
    {
        lock (_gate)
        {
            if (_isBlocked)
            {
                Console.WriteLine("reading");
            }

            while (_isBlocked)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Block(bool isBlocked)
    {
        lock (_gate)
        {
            _isBlocked = isBlocked;
            Monitor.PulseAll(_gate);
        }
    }

    private void Obey()
    {
        while (Console.ReadLine() is { } command)
        {
            lock (_speech)
            {
                Console.WriteLine(AnswerTo(command));
            }
        }

        _mount.Detach();
        Environment.Exit(3);
    }

    private string AnswerTo(string command)
    {
        try
        {
            switch (command)
            {
                case "unmount":
                    return $"unmounted {_mount.TryUnmount()}";
                case "detach":
                    _mount.Detach();
                    return "detached";
                case "stats":
                    return $"stats read={_fileSystem.BytesRead} syncs={_fileSystem.SyncCount} "
                        + $"dsyncs={_fileSystem.DataSyncWriteCount} releases={_fileSystem.ReleaseCount}";
                case "block":
                    Block(true);
                    return "blocked";
                case "go":
                    Block(false);
                    return "going";
                default:
                    return $"what is {command}?";
            }
        }
        catch (FuseException exception)
        {
            return $"failed {exception.Failure} {exception.Message}";
        }
    }
}
