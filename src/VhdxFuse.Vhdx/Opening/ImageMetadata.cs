using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>What the metadata region says of a file that can be opened: nothing is missing.</summary>
internal sealed class ImageMetadata
{
    /// <summary>What could be read of a damaged file.</summary>
    public ImageMetadata(FileParameters parameters, DiskGeometry geometry, Guid virtualDiskId, ParentLocator? locator)
    {
        Parameters = parameters;
        Geometry = geometry;
        VirtualDiskId = virtualDiskId;
        ParentLocator = locator;
    }

    private ImageMetadata(MetadataValues values)
    {
        Parameters = values.ReadParameters();
        Geometry = values.ReadGeometry(Parameters);
        VirtualDiskId = values.ReadVirtualDiskId();
        ParentLocator = values.ReadLocator(Parameters.HasParent);
    }

    public FileParameters Parameters { get; }

    public DiskGeometry Geometry { get; }

    public Guid VirtualDiskId { get; }

    public ParentLocator? ParentLocator { get; }

    /// <exception cref="VhdxException">A rule is broken.</exception>
    public static ImageMetadata Read(IImageFile file, FileRange region, List<Anomaly> anomalies) =>
        new(MetadataValues.Read(file, region, anomalies));
}
