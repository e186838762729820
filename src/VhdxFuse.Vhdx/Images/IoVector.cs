using System.Runtime.InteropServices;

namespace VhdxFuse.Vhdx.Images;

/// <summary>The kernel's <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IoVector
{
    public nint Address;
    public nuint LengthBytes;
}
