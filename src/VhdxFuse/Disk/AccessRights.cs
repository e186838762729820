using System.IO;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Disk;

/// <summary>Who may use the mount: never more users than may use the images.</summary>
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
            facts = ImageFacts.Of(chain.Layers[i]) ?? facts; // a layer in memory grants what those below it grant
            mode &= facts.Mode;
        }

        return new NodeLooks(UserId, GroupId, PermissionsFor(mode) & ~Umask, facts.ModificationTime);
    }

    /// <summary>How the disk looks when it may be written: read by whom all layers grant it, written by whom the one
    /// does that the changes go to.</summary>
    public NodeLooks WritableLooksOf(DifferencingChain chain)
    {
        int top = chain.Layers.Count - 1;
        ImageFacts? facts = null;
        for (int i = top; facts is null; i--)
        {
            facts = ImageFacts.Of(chain.Layers[i]);
        }

        NodeLooks looks = LooksOf(chain, top);
        UnixFileMode write = WritePermissionsFor(facts.Value.Mode) & ~Umask;
        return looks with { FilePermissions = looks.FilePermissions | write };
    }

    /// <summary>The write bits to show for those of an image.</summary>
    internal UnixFileMode WritePermissionsFor(UnixFileMode image)
    {
        const int readToWriteShift = 1; // r is 4, w is 2
        var asRead = (UnixFileMode)((int)image << readToWriteShift);
        return (UnixFileMode)((int)PermissionsFor(asRead) >> readToWriteShift);
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
