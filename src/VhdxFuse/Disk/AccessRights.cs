using System.IO;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>Who may read the mount: never more users than may read the images.</summary>
internal sealed record AccessRights
{
    /// <summary>The owner shown.</summary>
    public required uint UserId { get; init; }

    /// <summary>The group shown.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Whether somebody chose the group on purpose.</summary>
    public bool GroupIsChosen { get; init; }

    /// <summary>Bits that are taken away.</summary>
    public UnixFileMode Umask { get; init; }

    /// <summary>How the disk over the first layers looks: it shows bytes of each, so each must grant the access; it
    /// last changed when its newest layer did.</summary>
    public NodeLooks LooksOf(DifferencingChain chain, int layer)
    {
        const UnixFileMode everybody = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        UnixFileMode mode = everybody;
        ImageFacts facts = default;
        for (int i = 0; i <= layer; i++)
        {
            facts = ImageFacts.Of(chain.Layers[i]);
            mode &= facts.Mode;
        }

        return new NodeLooks(UserId, GroupId, PermissionsFor(mode) & ~Umask, facts.ModificationTime);
    }

    /// <summary>The read bits to show for those of an image.</summary>
    internal UnixFileMode PermissionsFor(UnixFileMode image)
    {
        // Who mounts could open the image, whatever class of user that was by.
        UnixFileMode shown = UnixFileMode.UserRead | (image & UnixFileMode.OtherRead);

        // The group shown is the caller's, not the image's: its members get in only where everybody does, or where
        // somebody named the group.
        bool groupMay = GroupIsChosen || image.HasFlag(UnixFileMode.OtherRead);
        return groupMay ? shown | (image & UnixFileMode.GroupRead) : shown;
    }
}
