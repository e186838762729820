using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Parents among the files of this machine.</summary>
/// <remarks>
/// A locator comes from an image and is hostile until proved otherwise: its components are walked one by one without
/// following links, and what is found is opened only when it is a regular file. Folders are listed through O_NOATIME
/// descriptors; where the kernel refuses those, only exact names are found.
/// </remarks>
public sealed class LinuxParentSource(FileOpenOptions options) : IParentSource
{
    private const int EntryBufferBytes = 64 * 1024;
    private const int EntryLengthOffset = 16;
    private const int EntryNameOffset = 19;

    /// <inheritdoc/>
    public string FolderOf(IImageFile image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string full = image is LinuxFile file ? file.ReadFacts().FullPath : Path.GetFullPath(image.Path);
        return Path.GetDirectoryName(full) ?? "/";
    }

    /// <inheritdoc/>
    public string? Find(string folder, IReadOnlyList<string> components)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(components);
        string path = folder;
        SafeFileHandle? current = FileOpening.OpenPathAt(LibC.AtCurrentFolder, folder, noFollow: false);
        try
        {
            foreach (string component in components)
            {
                if (component is "" or ".")
                {
                    continue;
                }

                if (current is null || component.AsSpan().ContainsAny('/', '\0')
                    || Step(current, path, component, out string name) is not { } next)
                {
                    return null;
                }

                current.Dispose();
                current = next;
                path = Path.Join(path, name);
            }

            return current is not null && FileOpening.StatusOf(current, path).Type == FileStatus.RegularFile
                ? path : null;
        }
        finally
        {
            current?.Dispose();
        }
    }

    /// <inheritdoc/>
    public IImageFile Open(string path)
    {
        using SafeFileHandle found = FileOpening.OpenPathAt(LibC.AtCurrentFolder, path, noFollow: true)
            ?? throw SystemCall.Failed(path, "can't be opened");
        return LinuxFile.OpenFound(found, path, options, devices: false);
    }

    private SafeFileHandle? Step(SafeFileHandle folder, string path, string component, out string name)
    {
        name = component;
        SafeFileHandle? next = OpenIfNoLink(folder, component);
        if (next is null && FindIgnoringCase(folder, path, component) is { } found)
        {
            name = found;
            next = OpenIfNoLink(folder, found);
        }

        return next;
    }

    private static SafeFileHandle? OpenIfNoLink(SafeFileHandle folder, string name)
    {
        SafeFileHandle? found = FileOpening.OpenPathAt((int)folder.DangerousGetHandle(), name, noFollow: true);
        if (found is not null && FileOpening.StatusOf(found, name).Type == FileStatus.SymbolicLink)
        {
            found.Dispose();
            return null;
        }

        return found;
    }

    // R-PAR-5: only when one name, and no more, differs by case alone.
    private string? FindIgnoringCase(SafeFileHandle folder, string path, string component)
    {
        if (FileOpening.StatusOf(folder, path).Type != FileStatus.Folder)
        {
            return null;
        }

        using SafeFileHandle? readable = TryOpenFolder(folder, path);
        string? only = null;
        foreach (string name in readable is null ? [] : NamesIn(readable, path))
        {
            if (string.Equals(name, component, StringComparison.OrdinalIgnoreCase))
            {
                if (only is not null)
                {
                    return null;
                }

                only = name;
            }
        }

        return only;
    }

    private SafeFileHandle? TryOpenFolder(SafeFileHandle folder, string path)
    {
        try
        {
            return FileOpening.TryReopen(folder, path, options.AllowAccessTimeUpdate);
        }
        catch (VhdxException)
        {
            return null; // not readable for this user: exact names still are
        }
    }

    private static unsafe List<string> NamesIn(SafeFileHandle folder, string path)
    {
        var names = new List<string>();
        byte[] buffer = new byte[EntryBufferBytes];
        while (true)
        {
            nint filled;
            fixed (byte* start = buffer)
            {
                filled = LibC.ReadFolder(folder, start, (nuint)buffer.Length);
            }

            if (filled <= 0)
            {
                return filled == 0 ? names : throw SystemCall.Failed(path, "the folder can't be listed");
            }

            for (int at = 0; at < filled;)
            {
                int length = BitConverter.ToUInt16(buffer, at + EntryLengthOffset);
                ReadOnlySpan<byte> name = buffer.AsSpan(at + EntryNameOffset, length - EntryNameOffset);
                names.Add(Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]));
                at += length;
            }
        }
    }
}
