using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>
/// Runs a piece of a test on a thread that the kernel treats differently from the rest of the process. Both
/// differences belong to one thread alone and end with it, so nothing has to be put back.
/// </summary>
internal static partial class OnOwnThread
{
    private const int Nobody = 65534;
    private const int NewMountNamespace = 0x20000; // CLONE_NEWNS

    /// <summary>As a user who owns nothing: with setfsuid the capabilities over files go too.</summary>
    public static void AsNobody(Action action) => Run(() =>
    {
        _ = setfsuid(Nobody);
        Assert.Equal(Nobody, setfsuid(-1));
        action();
    });

    /// <summary>With mounts that nobody else sees. Programs started inside see them.</summary>
    public static void WithOwnMounts(Action action) => Run(() =>
    {
        Assert.Equal(0, unshare(NewMountNamespace));
        Tool.Run("mount", "--make-rprivate", "/");
        action();
    });

    private static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
#pragma warning disable CA1031 // whatever it was, it is thrown again on the test's thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [LibraryImport("libc")]
    private static partial int setfsuid(int user);

    [LibraryImport("libc")]
    private static partial int unshare(int flags);
}
