using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx;

/// <summary>An image and all the images below it. An image without parent is a chain of one. Only the newest may be
/// written.</summary>
public sealed class DifferencingChain : IDisposable
{
    private readonly VhdxImage[] _layers;

    private DifferencingChain(VhdxImage[] layers)
    {
        _layers = layers;
        Disk = DiskOf(layers.Length - 1);
    }

    /// <summary>The files, the base first, the image that was asked for last.</summary>
    public IReadOnlyList<VhdxImage> Layers => _layers;

    /// <summary>The disk as a guest sees it.</summary>
    public VirtualDisk Disk { get; }

    /// <summary>Opens an image and its parents.</summary>
    /// <param name="file">Owned by the chain from here on; disposed on failure.</param>
    /// <param name="parents">Where parents are looked for.</param>
    /// <param name="options">How.</param>
    /// <exception cref="VhdxException">The image or one of its parents can't be read as asked.</exception>
    public static DifferencingChain Open(IImageFile file, IParentSource parents, OpenOptions options)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parents);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { BestEffort: true, Access: ImageAccess.ReadWrite })
        {
            throw new ArgumentException("a damaged image isn't written", nameof(options));
        }

        var layers = new List<VhdxImage>();
        var identities = new HashSet<string>(StringComparer.Ordinal) { file.Identity };
        IImageFile? unopened = file;
        bool complete = false;
        try
        {
            VhdxImage? image = ImageOpener.Open(file, options);
            unopened = null;
            while (image is not null)
            {
                layers.Add(image);
                identities.Add(image.File.Identity);
                options.Opened?.Invoke(image);
                if (image.Type == DiskType.Differencing && layers.Count == OpenOptions.MaxChainDepth)
                {
                    throw new VhdxException(
                        VhdxErrorKind.LimitExceeded,
                        image.Path,
                        $"the chain has more than {OpenOptions.MaxChainDepth} layers");
                }

                image = image.Type == DiskType.Differencing
                    ? ParentFinder.Find(parents, options, image, identities)
                    : null;
            }

            if (options.Access == ImageAccess.ReadWrite)
            {
                layers[0] = WritableOpening.Open(layers[0], options);
            }

            complete = true;
        }
        finally
        {
            unopened?.Dispose();
            for (int i = 0; !complete && i < layers.Count; i++)
            {
                layers[i].Dispose();
            }
        }

        layers.Reverse();
        return new DifferencingChain([.. layers]);
    }

    /// <summary>The disk as it was when a layer was the newest: over that layer and those below it.</summary>
    /// <param name="layer">Index into <see cref="Layers"/>.</param>
    public VirtualDisk DiskOf(int layer) => new(_layers.AsSpan(0, layer + 1));

    /// <summary>Ends a writable session cleanly: everything durable and at home, no log pending. Nothing to do for a
    /// chain that was read only. Call it before <see cref="Dispose"/>, when nobody writes any more; without it the next
    /// open finds a log to replay.</summary>
    /// <exception cref="VhdxException">Io: the file below failed, now or earlier. The log is left for the next
    /// open.</exception>
    public void Close()
    {
        _layers[^1].Writer?.Close();
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (VhdxImage layer in _layers)
        {
            layer.Dispose();
        }
    }
}
