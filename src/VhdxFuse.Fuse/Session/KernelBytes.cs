namespace VhdxFuse.Fuse.Session;

/// <summary>Bytes that the kernel is to read, and nobody here: there may be no memory behind the address.</summary>
internal readonly record struct KernelBytes(nint Address, int LengthBytes);
