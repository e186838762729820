using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Format;

namespace VhdxFuse.Vhdx.Layout;

/// <summary>How a differencing image names its parent. MS-VHDX 2.6.2.6 (R-PAR-1).</summary>
public sealed class ParentLocator
{
    private const int MaxPairs = 256;

    // What is written is judged more sharply: with its table entry it fits one entry of any log, and a new image.
    private const int MaxEncodedBytes = 256 << 10;
    private const string LinkageKey = "parent_linkage";
    private const string Linkage2Key = "parent_linkage2";
    private const string RelativeKey = "relative_path";
    private const string VolumeKey = "volume_path";
    private const string AbsoluteKey = "absolute_win32_path";

    private ParentLocator(Dictionary<string, string> pairs, Guid linkage, Guid? linkage2)
    {
        Pairs = pairs;
        Linkage = linkage;
        Linkage2 = linkage2;
    }

    /// <summary>All keys and values, the unknown ones too.</summary>
    public IReadOnlyDictionary<string, string> Pairs { get; }

    /// <summary>The DataWriteGuid that the parent must have.</summary>
    public Guid Linkage { get; }

    /// <summary>A second one that will do: present while a merge is under way, else absent or zero.</summary>
    public Guid? Linkage2 { get; }

    /// <summary>From the child's folder, with backslashes; null when absent.</summary>
    public string? RelativePath => Pairs.GetValueOrDefault(RelativeKey);

    /// <summary>Starts with <c>\\?\Volume{…}\</c>; null when absent.</summary>
    public string? VolumePath => Pairs.GetValueOrDefault(VolumeKey);

    /// <summary>A drive or UNC path, usually behind <c>\\?\</c>; null when absent.</summary>
    public string? AbsolutePath => Pairs.GetValueOrDefault(AbsoluteKey);

    /// <summary>Whether a parent of this identity is the one (R-PAR-7).</summary>
    public bool Accepts(Guid parentDataWriteGuid) =>
        parentDataWriteGuid == Linkage || (Linkage2 is { } second && parentDataWriteGuid == second);

    /// <summary>Encodes the item that <see cref="Judge"/> reads.</summary>
    internal static byte[] Encode(Guid linkage, string relativePath, string? absolutePath)
    {
        string linkageText = linkage.ToString("B");
        return absolutePath is null
            ? ParentLocatorItem.Write((LinkageKey, linkageText), (RelativeKey, relativePath))
            : ParentLocatorItem.Write(
                (LinkageKey, linkageText), (RelativeKey, relativePath), (AbsoluteKey, absolutePath));
    }

    /// <summary>Encodes this locator with other linkages; all else stays, unknown keys too.</summary>
    /// <param name="image">Name for messages.</param>
    /// <param name="linkage">The DataWriteGuid that the parent must have.</param>
    /// <param name="linkage2">A second one that will do; null for none.</param>
    /// <exception cref="VhdxException">LimitExceeded: too many pairs, or too long once strings that keys share are
    /// apart.</exception>
    internal byte[] EncodeWith(string image, Guid linkage, Guid? linkage2)
    {
        var pairs = new List<(string, string)>(Pairs.Count + 1);
        foreach ((string key, string value) in Pairs)
        {
            if (key is not (LinkageKey or Linkage2Key))
            {
                pairs.Add((key, value));
            }
        }

        pairs.Insert(0, (LinkageKey, linkage.ToString("B"))); // R-PAR-6
        if (linkage2 is { } second)
        {
            pairs.Insert(1, (Linkage2Key, second.ToString("B")));
        }

        byte[] item = ParentLocatorItem.Write([.. pairs]);
        return pairs.Count <= MaxPairs && item.Length <= MaxEncodedBytes ? item : throw new VhdxException(
            VhdxErrorKind.LimitExceeded,
            image,
            $"its parent locator can't be written anew: {pairs.Count} pairs in {item.Length} bytes, expected at most "
            + $"{MaxPairs} in {MaxEncodedBytes}");
    }

    /// <summary>Judges a locator item.</summary>
    /// <param name="image">Name for messages.</param>
    /// <param name="at">Where the item lies in the file.</param>
    /// <param name="item">All of it.</param>
    internal static ParentLocator Judge(string image, FileOffset at, ReadOnlySpan<byte> item)
    {
        if (item.Length < ParentLocatorItem.HeaderBytes)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt, image, at, "length of the parent locator", item.Length, "at least 20")
                .Breaking("R-PAR-1");
        }

        // R-PAR-2
        Guid type = ParentLocatorItem.TypeOf(item);
        if (type != ParentLocatorItem.VhdxLocatorType)
        {
            throw new VhdxException(
                VhdxErrorKind.Unsupported, image, at, $"the parent locator is of type {type}, not a VHDX parent")
                .Breaking("R-PAR-2");
        }

        int count = ParentLocatorItem.CountOf(item);
        int tableEnd = ParentLocatorItem.HeaderBytes + (count * ParentLocatorItem.EntryBytes);
        if (count is 0 or > MaxPairs || tableEnd > item.Length)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                at + 18,
                "number of parent locator pairs",
                count,
                "1 to 256, inside the item").Breaking("R-PAR-1");
        }

        var pairs = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            FileOffset entryAt = at + ParentLocatorItem.HeaderBytes + (i * ParentLocatorItem.EntryBytes);
            (uint keyOffset, uint valueOffset, ushort keyBytes, ushort valueBytes) = ParentLocatorItem.EntryAt(item, i);
            string key = Text(image, entryAt, item, tableEnd, keyOffset, keyBytes);
            if (!pairs.TryAdd(key, Text(image, entryAt, item, tableEnd, valueOffset, valueBytes)))
            {
                throw new VhdxException(
                    VhdxErrorKind.Corrupt, image, entryAt, $"parent locator key {OneLine.Escape(key)} is there twice")
                    .Breaking("R-PAR-1");
            }
        }

        return FromPairs(image, at, pairs);
    }

    private static ParentLocator FromPairs(string image, FileOffset at, Dictionary<string, string> pairs)
    {
        if (!pairs.TryGetValue(LinkageKey, out string? linkageText))
        {
            throw new VhdxException(VhdxErrorKind.Corrupt, image, at, "the parent locator has no parent_linkage")
                .Breaking("R-PAR-7");
        }

        Guid linkage = ParseLinkage(image, at, LinkageKey, linkageText);
        Guid? linkage2 = pairs.TryGetValue(Linkage2Key, out string? text2)
            ? ParseLinkage(image, at, Linkage2Key, text2) : null;
        // R-PAR-3
        if (!pairs.ContainsKey(RelativeKey) && !pairs.ContainsKey(VolumeKey) && !pairs.ContainsKey(AbsoluteKey))
        {
            throw new VhdxException(VhdxErrorKind.Corrupt, image, at, "the parent locator has no path")
                .Breaking("R-PAR-3");
        }

        // Hyper-V writes a second linkage of zeros: it must not accept a parent whose GUID is zero.
        return new ParentLocator(pairs, linkage, linkage2 == Guid.Empty ? null : linkage2);
    }

    // R-PAR-6
    private static Guid ParseLinkage(string image, FileOffset at, string key, string text) =>
        Guid.TryParseExact(text, "B", out Guid guid) || Guid.TryParseExact(text, "D", out guid)
            ? guid
            : throw VhdxException.Field(VhdxErrorKind.Corrupt, image, at, key, OneLine.Escape(text), "a GUID")
                .Breaking("R-PAR-6");

    private static string Text(
        string image, FileOffset entryAt, ReadOnlySpan<byte> item, int tableEnd, uint offset, ushort lengthBytes)
    {
        if (offset < tableEnd || (long)offset + lengthBytes > item.Length)
        {
            throw VhdxException.Field(
                VhdxErrorKind.Corrupt,
                image,
                entryAt,
                "place of a parent locator string",
                $"0x{offset:x}, {lengthBytes} bytes",
                "behind the table and inside the item").Breaking("R-PAR-1");
        }

        return ParentLocatorItem.TryReadText(item.Slice((int)offset, lengthBytes), out string text)
            ? text
            : throw new VhdxException(
                VhdxErrorKind.Corrupt, image, entryAt, "a parent locator string is empty, odd, or no valid UTF-16")
                .Breaking("R-PAR-1");
    }
}
