using System;

namespace VhdxFuse.Fuse;

/// <summary>A handler threw. The request was answered with <see cref="Errno"/>; the session goes on.</summary>
/// <param name="Operation">The operation's name as in the kernel's protocol, for instance <c>READ</c>.</param>
/// <param name="Exception">What it threw.</param>
/// <param name="Errno">What the caller got.</param>
public readonly record struct FuseFault(string Operation, Exception Exception, FuseErrno Errno);
