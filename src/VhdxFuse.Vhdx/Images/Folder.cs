using System;

namespace VhdxFuse.Vhdx.Images;

/// <summary>A folder in which names are looked up without changing anything, its own access time included.</summary>
internal sealed class Folder : IDisposable
{
    /// <summary>The step to the folder above.</summary>
    public const string Up = "..";

    private readonly Descriptor _folder;
    private readonly string _path; // for messages
    private readonly FileOpenOptions _options;

    private Folder(Descriptor folder, string path, FileOpenOptions options)
    {
        _folder = folder;
        _path = path;
        _options = options;
    }

    public static bool IsUp(string step) => string.Equals(step, Up, StringComparison.Ordinal);

    /// <summary>A folder by its path; links in that are followed.</summary>
    /// <returns>Null when there is no such folder that we may enter.</returns>
    public static Folder? Open(string path, FileOpenOptions options) =>
        path.Contains('\0', StringComparison.Ordinal)
            ? null
            : Open(Descriptor.WorkingFolder, path, OpenFlags.Path | OpenFlags.Folder, path, options);

    /// <summary>The folder above, or one in this folder; never through a link.</summary>
    public Folder? Enter(string step)
    {
        const int path = OpenFlags.Path;
        string? name = IsUp(step) ? Up : NameOf(step);
        return name is null
            ? null
            : Open(_folder, name, path | OpenFlags.Folder | OpenFlags.NoFollow, $"{_path}/{name}", _options);
    }

    /// <summary>The name as this folder has it: exactly that, else the only one that differs in case alone.</summary>
    /// <returns>Null when there is none, or several, or when the folder may not be listed.</returns>
    public string? NameOf(string wanted) =>
        IsThere(LibC.StatEntry(_folder, PathText.ToBytes(wanted), out _), _path) ? wanted : OnlyNameLike(wanted);

    /// <summary>The path of a name in this folder, free of links; null when /proc can't tell it.</summary>
    public string? PathOf(string name)
    {
        if (LibC.PathOf(_folder, out string path) != Errno.None)
        {
            return null;
        }

        return path.EndsWith('/') ? path + name : $"{path}/{name}";
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static Folder? Open(Descriptor from, string name, int flags, string path, FileOpenOptions options) =>
        IsThere(LibC.Open(from, PathText.ToBytes(name), flags, out Descriptor opened), path)
            ? new Folder(opened, path, options)
            : null;

    private string? OnlyNameLike(string wanted)
    {
        using Descriptor? readable = OpenForListing();
        if (readable is null || !IsThere(LibC.OpenListing(readable, out FolderListing listing), _path))
        {
            return null;
        }

        using (listing)
        {
            string? only = null;
            while (IsThere(LibC.NextName(listing, out ReadOnlySpan<byte> bytes), _path) && !bytes.IsEmpty)
            {
                string name = PathText.FromBytes(bytes);
                if (!name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                if (only is not null)
                {
                    return null; // which of them is meant can't be known
                }

                only = name;
            }

            return only;
        }
    }

    /// <summary>Opens this folder so that listing it leaves its access time alone, or not at all.</summary>
    private Descriptor? OpenForListing()
    {
        byte[] itself = PathText.ToBytes(".");
        Errno errno = LibC.Open(_folder, itself, OpenFlags.Folder | OpenFlags.NoAccessTime, out Descriptor opened);
        if (errno == Errno.NotPermitted && MayListOpenly())
        {
            errno = LibC.Open(_folder, itself, OpenFlags.Folder, out opened);
        }

        return IsThere(errno, _path) ? opened : null;
    }

    private bool MayListOpenly() =>
        _options.AllowAccessTimeUpdate
        || (LibC.StatMount(_folder, out StatVfs mount) == Errno.None && mount.KeepsFolderTimes);

    /// <summary>Tells what a folder doesn't have, or doesn't show us, from what must not pass for that.</summary>
    /// <exception cref="VhdxException">Io: no descriptors left, the disk fails, and so on.</exception>
    private static bool IsThere(Errno errno, string path) => errno switch
    {
        Errno.None => true,
        Errno.NoSuchEntry or Errno.NotADirectory or Errno.NameTooLong or Errno.TooManyLinks => false,
        Errno.AccessDenied or Errno.NotPermitted or Errno.InvalidArgument or Errno.IllegalSequence => false,
        _ => throw ErrnoText.Failure(path, "can't be searched", errno),
    };
}
