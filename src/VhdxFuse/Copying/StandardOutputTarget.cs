using System;
using System.Runtime.InteropServices;
using VhdxFuse.Hosting;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Copying;

/// <summary>A raw disk that goes to standard output, its zeros written out.</summary>
internal sealed class StandardOutputTarget : IDiskTarget
{
    private const int StandardOutput = 1;
    private static readonly byte[] Zeros = new byte[DiskPiece.MaxBytes];
    private long _written;

    /// <inheritdoc/>
    public long DataBytes { get; private set; }

    /// <inheritdoc/>
    public void Write(DiskPiece piece)
    {
        FillTo(piece.Offset);
        Put(piece.Bytes);
        DataBytes += piece.LengthBytes;
    }

    /// <inheritdoc/>
    public void Complete(long contentBytes) => FillTo(contentBytes);

    private void FillTo(long offset)
    {
        while (_written < offset)
        {
            Put(Zeros.AsSpan(0, (int)long.Min(Zeros.Length, offset - _written)));
        }
    }

    // Not by the console's stream, which says nothing when the reader is gone.
    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (!Descriptor.Write(StandardOutput, bytes))
        {
            throw new ProgramException(
                ExitCode.CannotOpen,
                $"standard output can't be written: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        _written += bytes.Length;
    }
}
