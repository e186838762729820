using System;
using System.Diagnostics;
using VhdxFuse.Fuse;
using VhdxFuse.Vhdx;

namespace VhdxFuse;

/// <summary>The one table from error kind to exit code, errno and advice.</summary>
internal static class ErrorTable
{
    /// <summary>The row of a kind; advice is empty where the message says it all.</summary>
    public static (ExitCode Exit, FuseErrno Errno, string Advice) For(VhdxErrorKind kind) => kind switch
    {
        VhdxErrorKind.NotVhdx => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.Corrupt => (ExitCode.Corrupt, FuseErrno.Eio, ""),
        VhdxErrorKind.Truncated => (ExitCode.Corrupt, FuseErrno.Eio, ""),
        VhdxErrorKind.Unsupported => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.LogCorrupt =>
            (ExitCode.Corrupt, FuseErrno.Eio, "use --no-replay to see the disk without its log"),
        VhdxErrorKind.LogNeverBegun =>
            (ExitCode.Corrupt, FuseErrno.Eio, "use --reset-log to drop the log's name and write to the image"),
        VhdxErrorKind.LimitExceeded => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.Io => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.Incomplete => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.ParentMissing => (
            ExitCode.Parent, FuseErrno.Eio, "name its folder with --parent-path, or where its drive is with --map"),
        VhdxErrorKind.ParentMismatch => (
            ExitCode.Parent, FuseErrno.Eio, "name the folder of the right one with --parent-path"),
        VhdxErrorKind.ParentLoop => (ExitCode.Parent, FuseErrno.Eio, ""),
        VhdxErrorKind.Locked => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        VhdxErrorKind.NoSpace => (ExitCode.CannotOpen, FuseErrno.Enospc, ""),
        VhdxErrorKind.WouldLoseData =>
            (ExitCode.CannotOpen, FuseErrno.Eio, "move it, or lose it with --discard-data"),
        VhdxErrorKind.AccessTimeAtRisk => (ExitCode.CannotOpen, FuseErrno.Eio, ""),
        _ => throw new UnreachableException($"no row for {kind}"),
    };

    /// <summary>The errno of any exception that a file system handler may throw.</summary>
    public static FuseErrno ErrnoOf(Exception exception) =>
        exception is VhdxException vhdx ? For(vhdx.Kind).Errno : FuseErrno.Eio;

    /// <summary>The line for people, with the advice of the table.</summary>
    public static string LineFor(VhdxException exception)
    {
        string advice = For(exception.Kind).Advice;
        return advice.Length == 0 ? exception.Message : $"{exception.Message} ({advice})";
    }
}
