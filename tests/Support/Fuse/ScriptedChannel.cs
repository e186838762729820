using System;
using System.Collections.Generic;
using System.Threading;
using VhdxFuse.Fuse;
using VhdxFuse.Fuse.Protocol;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Support;

/// <summary>A kernel that says what it was told to, and keeps what it was answered. When the script is at its end it
/// answers ENODEV, as after an unmount, or waits if it was told to.</summary>
internal sealed class ScriptedChannel : IFuseChannel
{
    /// <summary>An address that the kernel can't read.</summary>
    public const nint NoMemory = 4096;

    private const int OpcodeOffset = 4;

    private readonly object _gate = new();
    private readonly Queue<object> _script = []; // guarded by _gate; a request's bytes or an error number
    private readonly Queue<FuseErrno> _sendErrors = []; // guarded by _gate
    private readonly List<byte[]> _replies = []; // guarded by _gate
    private bool _isOpenEnded; // guarded by _gate
    private bool _isLookingUp; // guarded by _gate; nobody uses a node before the kernel has learnt of it

    /// <summary>What TryClone answers, in order; then null.</summary>
    public Queue<ScriptedChannel> Clones { get; } = [];

    public bool IsDisposed { get; private set; }

    public ScriptedChannel Then(params byte[][] requests)
    {
        lock (_gate)
        {
            foreach (byte[] request in requests)
            {
                _script.Enqueue(request);
            }

            Monitor.PulseAll(_gate);
            return this;
        }
    }

    public ScriptedChannel Then(params FuseErrno[] errors)
    {
        lock (_gate)
        {
            foreach (FuseErrno error in errors)
            {
                _script.Enqueue(error);
            }

            Monitor.PulseAll(_gate);
            return this;
        }
    }

    /// <summary>Makes Receive wait at the end of the script until more comes.</summary>
    public ScriptedChannel ThenWait()
    {
        lock (_gate)
        {
            _isOpenEnded = true;
            return this;
        }
    }

    /// <summary>Makes the next sends fail, one each.</summary>
    public ScriptedChannel FailSends(params FuseErrno[] errors)
    {
        lock (_gate)
        {
            foreach (FuseErrno error in errors)
            {
                _sendErrors.Enqueue(error);
            }

            return this;
        }
    }

    /// <summary>The replies so far, in order.</summary>
    public IReadOnlyList<byte[]> Replies()
    {
        lock (_gate)
        {
            return _replies.ToArray();
        }
    }

    public int TryReceive(Span<byte> request)
    {
        lock (_gate)
        {
            bool hasNone = _isLookingUp || (_script.Count == 0 && _isOpenEnded);
            return hasNone ? FuseErrno.Eagain.ToResult() : Receive(request);
        }
    }

    public int Receive(Span<byte> request)
    {
        lock (_gate)
        {
            while (_isLookingUp || (_script.Count == 0 && _isOpenEnded))
            {
                Monitor.Wait(_gate);
            }

            if (!_script.TryDequeue(out object? next))
            {
                return FuseErrno.Enodev.ToResult();
            }

            if (next is FuseErrno error)
            {
                return error.ToResult();
            }

            byte[] bytes = (byte[])next;
            _isLookingUp = bytes.Length > OpcodeOffset && bytes[OpcodeOffset] == (byte)Opcode.Lookup;
            bytes.CopyTo(request);
            return bytes.Length;
        }
    }

    public int Send(ReadOnlySpan<byte> reply)
    {
        lock (_gate)
        {
            _isLookingUp = false;
            Monitor.PulseAll(_gate);
            if (_sendErrors.TryDequeue(out FuseErrno error))
            {
                return error.ToResult();
            }

            _replies.Add(reply.ToArray());
            return 0;
        }
    }

    /// <summary>As the kernel does: data where no memory is make EFAULT.</summary>
    public unsafe int Send(ReadOnlySpan<byte> head, KernelBytes data) =>
        data.Address == NoMemory
            ? FuseErrno.Efault.ToResult()
            : Send([.. head, .. new ReadOnlySpan<byte>((void*)data.Address, data.LengthBytes)]);

    public IFuseChannel? TryClone() => Clones.TryDequeue(out ScriptedChannel? clone) ? clone : null;

    public void Dispose() => IsDisposed = true;
}
