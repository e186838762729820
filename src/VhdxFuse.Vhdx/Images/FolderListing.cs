using Microsoft.Win32.SafeHandles;

namespace VhdxFuse.Vhdx.Images;

/// <summary>An open folder whose names are being read (DIR of opendir).</summary>
internal sealed class FolderListing : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>For the marshaller, which fills in the pointer.</summary>
    public FolderListing()
        : base(ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.CloseListing(handle) == 0;
}
