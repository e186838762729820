using System;
using System.IO;
using VhdxFuse.Hosting;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Output;

/// <summary>
/// A file that a command makes. It grows under a name of its own in the folder of the final one, and gets that only
/// when it is whole and durable: whatever ends the work before leaves nothing under the final name, and what was
/// there stays (R-CRE-4).
/// </summary>
internal sealed class NewFile : IDisposable
{
    private readonly string _folder;
    private readonly string _ownPath; // until it is published
    private readonly bool _replaces;
    private bool _isPublished;

    private NewFile(string path, bool replaces)
    {
        FinalPath = Path.GetFullPath(path);
        _folder = Path.GetDirectoryName(FinalPath) ?? "/";
        _ownPath = Path.Combine(_folder, $".vhdxfuse-{Guid.NewGuid():N}");
        _replaces = replaces;
        File = LinuxFile.CreateNew(_ownPath, path);
    }

    /// <summary>The name that it is to have, from the root.</summary>
    public string FinalPath { get; }

    /// <summary>Empty when it was made; closed by <see cref="Dispose"/>.</summary>
    public LinuxFile File { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The name that it is to have.</param>
    /// <param name="replaces">Whether a regular file of that name may be replaced.</param>
    /// <exception cref="ProgramException">Usage: the name is taken.</exception>
    /// <exception cref="Vhdx.VhdxException">Io: no file can be made there.</exception>
    public static NewFile Begin(string path, bool replaces)
    {
        RefuseTaken(path, replaces);
        return new NewFile(path, replaces);
    }

    /// <summary>Sees to it that a file isn't lost to the one that is made from it, under whatever name.</summary>
    /// <exception cref="ProgramException">Usage: it would be.</exception>
    public void RefuseSource(LinuxFile source)
    {
        if (!System.IO.File.Exists(FinalPath))
        {
            return;
        }

        using var old = LinuxFile.OpenRead(FinalPath, new FileOpenOptions { AllowAccessTimeUpdate = true });
        if (string.Equals(old.Identity, source.Identity, StringComparison.Ordinal))
        {
            throw new ProgramException(
                ExitCode.Usage, $"{FinalPath}: is the image itself, which is never replaced; name another file");
        }
    }

    /// <summary>Gives the file its name. Its content must be durable; so is the name on return.</summary>
    /// <exception cref="ProgramException">Usage: the name was taken meanwhile.</exception>
    public void Publish()
    {
        RefuseTaken(FinalPath, _replaces);
        System.IO.File.Move(_ownPath, FinalPath, _replaces);
        _isPublished = true;
        Descriptor.MakeNamesDurable(_folder);
    }

    /// <summary>Closes the file; one that wasn't published is gone.</summary>
    public void Dispose()
    {
        File.Dispose();
        if (!_isPublished)
        {
            System.IO.File.Delete(_ownPath);
        }
    }

    private static void RefuseTaken(string path, bool replaces)
    {
        if (Directory.Exists(path))
        {
            throw new ProgramException(ExitCode.Usage, $"{path}: is a folder; name a file in it");
        }

        if (!System.IO.File.Exists(path))
        {
            return;
        }

        if (!replaces)
        {
            throw new ProgramException(ExitCode.Usage, $"{path}: exists already (--force replaces it)");
        }

        // A link or a device under the name would be lost; a pipe is refused by the open, and so is an image that
        // another program writes.
        using var old = LinuxFile.OpenRead(path, new FileOpenOptions { AllowAccessTimeUpdate = true });
        if (new FileInfo(path).LinkTarget is not null || old.IsBlockDevice)
        {
            throw new ProgramException(ExitCode.Usage, $"{path}: is no regular file, and is not replaced");
        }
    }
}
