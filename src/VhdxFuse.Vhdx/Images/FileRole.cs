namespace VhdxFuse.Vhdx.Images;

/// <summary>Who named a file that is to be opened.</summary>
internal enum FileRole
{
    /// <summary>The user: a regular file or a block device, and links are followed.</summary>
    Image,

    /// <summary>Another image: a regular file, and the name itself must not be a link.</summary>
    Parent,
}
