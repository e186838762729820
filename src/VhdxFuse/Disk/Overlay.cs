using System.IO;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Disk;

/// <summary>
/// A differencing image that takes the changes to a disk, over an image that is opened as evidence is: for reading,
/// its timestamps kept. The file is made when it isn't there, and can be mounted again over the same image.
/// </summary>
internal sealed class Overlay
{
    private const string NameInMemory = "overlay in memory";

    // It is ours to change, its access time included.
    private static readonly FileOpenOptions OwnFile = new() { AllowAccessTimeUpdate = true };

    private readonly string _imagePath;
    private readonly FileOpenOptions _fileOptions;
    private readonly OpenOptions _options;

    private Overlay(string imagePath, FileOpenOptions fileOptions, OpenOptions options)
    {
        _imagePath = imagePath;
        _fileOptions = fileOptions;
        _options = options;
    }

    /// <summary>Opens the image, its parents, and the overlay over them, which may be written.</summary>
    /// <param name="place">Where the overlay is.</param>
    /// <param name="imagePath">The image.</param>
    /// <param name="fileOptions">For the image and its parents.</param>
    /// <param name="options">With the access that the overlay gets.</param>
    /// <exception cref="VhdxException">One of them can't be opened, or the overlay belongs to another
    /// image.</exception>
    /// <exception cref="ProgramException">Usage: the file for the overlay is an image of another type.</exception>
    public static DifferencingChain Open(
        OverlayPlace place, string imagePath, FileOpenOptions fileOptions, OpenOptions options) =>
        new Overlay(imagePath, fileOptions, options).Open(place);

    private DifferencingChain Open(OverlayPlace place)
    {
        // Stays open until the chain has opened it once more: its locks don't lapse in between.
        using VhdxImage image = SingleImage.Open(LinuxFile.OpenRead(_imagePath, _fileOptions), _options with
        {
            Access = ImageAccess.Read,
        });
        IImageFile overlay = place.File is { } path ? OpenFile(path, image) : MakeInMemory(place.CapacityBytes, image);
        var parents = new GivenParent(
            overlay.Identity,
            () => LinuxFile.OpenRead(_imagePath, _fileOptions),
            new LinuxParentSource(_fileOptions));
        return DifferencingChain.Open(overlay, parents, _options);
    }

    private static RamImageFile MakeInMemory(long capacityBytes, VhdxImage image)
    {
        var file = new RamImageFile(NameInMemory, capacityBytes);
        Creator.Create(file, ChildOf(new ParentReference(image, @".\parent.vhdx")), new RandomGuidSource());
        return file;
    }

    private LinuxFile OpenFile(string path, VhdxImage image)
    {
        if (File.Exists(path))
        {
            Check(path, image);
        }
        else
        {
            NewImage.Make(path, replaces: false, ChildOf(NewImage.ReferenceTo(image, path, [])));
        }

        return LinuxFile.OpenWrite(path, OwnFile);
    }

    // Before it is opened for writing: that could already replay a log, in a file that isn't ours to change.
    private void Check(string path, VhdxImage image)
    {
        using VhdxImage overlay = SingleImage.Open(LinuxFile.OpenRead(path, OwnFile), _options with
        {
            Access = ImageAccess.Read,
        });
        if (overlay.ParentLocator is not { } locator)
        {
            throw new ProgramException(
                ExitCode.Usage,
                $"{OneLine.Escape(path)}: is not a differencing image, so it can't be an overlay (give --overlay a "
                + "file that isn't there yet: it is made)");
        }

        if (!locator.Accepts(image.DataWriteGuid))
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                path,
                $"is an overlay over another image, or over {OneLine.Escape(image.Path)} before that was changed: it "
                + $"needs DataWriteGuid {locator.Linkage:B}, and that has {image.DataWriteGuid:B}");
        }
    }

    private static CreateOptions ChildOf(ParentReference parent) => new()
    {
        Type = DiskType.Differencing,
        Parent = parent,
    };
}
