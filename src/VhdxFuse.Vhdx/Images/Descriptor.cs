using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Vhdx.Images;

/// <summary>
/// An open file description of ours. Not .NET's SafeFileHandle: that one is made for files that File.OpenHandle
/// opened, looks at the file's kind and takes a flock on it.
/// </summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>AT_FDCWD: names start from the working folder.</summary>
    public static readonly Descriptor WorkingFolder = new(WorkingFolderNumber, ownsHandle: false);

    private const int WorkingFolderNumber = -100;

    /// <summary>Takes over a number that a system call gave, -1 after a failure. (Never let the marshaller make one of
    /// an int: it reads the answer as 64 bits, and -1 comes out as 4294967295.)</summary>
    public Descriptor(int number)
        : this(number, ownsHandle: true)
    {
    }

    private Descriptor(int number, bool ownsHandle)
        : base(ownsHandle) => SetHandle(number);

    /// <summary>For names below <c>/proc/self/fd</c>. Valid only while the object is.</summary>
    public int Number => (int)handle;

    /// <summary>The name under which the kernel opens the same file again, whatever has happened to its path.</summary>
    public string ProcPath => $"{PathText.ProcDescriptorFolder}{Number}";

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.Close((int)handle) == 0;
}
