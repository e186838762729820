using System;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Journal;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Operations;

/// <summary>Puts metadata items of an open image into a change: in their place where they fit, else behind all others.
/// Make one for each change.</summary>
internal sealed class ItemEditor
{
    private readonly VhdxImage _image;
    private readonly MetadataItems _items;

    public ItemEditor(VhdxImage image)
    {
        _image = image;
        byte[] table = new byte[MetadataTable.SizeBytes];
        image.Map.Pages.ReadAcross(image.Layout.Metadata.Start, table);
        _items = MetadataItems.Judge(image.Path, image.Layout.Metadata, table);
    }

    /// <summary>The content of an item that every image has.</summary>
    public byte[] Read(Guid itemId)
    {
        (FileOffset at, int lengthBytes, uint _, FileOffset _) = Find(itemId);
        byte[] bytes = new byte[lengthBytes];
        _image.Map.Pages.ReadAcross(at, bytes);
        return bytes;
    }

    /// <summary>Puts new content for an item that the image has.</summary>
    /// <param name="change">Gets it; one item that outgrows its place at most.</param>
    /// <param name="itemId">A system item.</param>
    /// <param name="bytes">Not empty.</param>
    /// <exception cref="VhdxException">LimitExceeded: the metadata region has no room for it.</exception>
    public void Put(MetadataChange change, Guid itemId, ReadOnlySpan<byte> bytes)
    {
        (FileOffset at, int lengthBytes, uint flags, FileOffset entryAt) = Find(itemId);
        FileRange region = _image.Layout.Metadata;
        if (bytes.Length > lengthBytes)
        {
            at = region.Start + _items.EndInRegion;
            if (at + bytes.Length > region.End)
            {
                throw new VhdxException(
                    VhdxErrorKind.LimitExceeded,
                    _image.Path,
                    at,
                    $"the metadata region has no room for an item of {bytes.Length} bytes");
            }
        }

        change.Put(at, bytes);
        if (bytes.Length != lengthBytes)
        {
            byte[] entry = new byte[MetadataTableEntry.SizeBytes];
            new MetadataTableEntry(itemId, (uint)(at.Value - region.Start.Value), (uint)bytes.Length, flags)
                .Write(entry);
            change.Put(entryAt, entry);
        }
    }

    private (FileOffset At, int LengthBytes, uint Flags, FileOffset EntryAt) Find(Guid itemId) =>
        _items.Find(itemId) ?? throw new VhdxException(
            VhdxErrorKind.Corrupt, _image.Path, _image.Layout.Metadata.Start, $"metadata item {itemId} is missing");
}
