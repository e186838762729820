using System;
using System.Buffers.Binary;

namespace VhdxFuse.Vhdx.Format;

/// <summary>The metadata item that says block size and kind of file. MS-VHDX 2.6.2.1.</summary>
/// <param name="BlockSizeBytes">Not yet judged.</param>
/// <param name="Flags">See the constants.</param>
internal readonly record struct FileParameters(uint BlockSizeBytes, uint Flags)
{
    public const int SizeBytes = 8;
    public const uint LeaveBlockAllocatedFlag = 1;
    public const uint HasParentFlag = 2;

    public bool LeaveBlockAllocated => (Flags & LeaveBlockAllocatedFlag) != 0;

    public bool HasParent => (Flags & HasParentFlag) != 0;

    public static FileParameters Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(source), BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, BlockSizeBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Flags);
    }
}
