using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VhdxFuse.Output;
using VhdxFuse.Support;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Mount.Tests.Output;

/// <summary>The picture of a disk: its parts, its colours, and that it is a picture at all.</summary>
public sealed class DiskPictureTests
{
    private const long MiB = 1 << 20;
    private const long TiB = 1L << 40;
    private const int LargestPicture = 400_000; // characters: 2048 cells, and a line for each
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    [InlineData(2048)]
    public void Bins_hold_each_byte_once_and_know_its_layer(int count)
    {
        using DifferencingChain chain = TwoLayers();
        DiskBins bins = DiskBins.Of(chain.Disk, chain.Layers.Count, count);
        Assert.Equal(count, bins.Count);
        Assert.Equal((0, 8 * MiB), (bins.StartOf(0), bins.StartOf(count)));
        long data = 0;
        foreach (int bin in Enumerable.Range(0, count))
        {
            long length = bins.StartOf(bin + 1) - bins.StartOf(bin);
            Assert.InRange(length, 1, (8 * MiB / count) + 1);
            Assert.Equal(length, Enum.GetValues<DiskExtentKind>().Sum(kind => bins.In(bin, kind)));
            data += bins.DataIn(bin, 1);
        }

        Assert.Equal(MiB, data);
    }

    [Fact]
    public void A_bin_shows_the_most_telling_of_what_it_holds()
    {
        using DifferencingChain chain = TwoLayers();
        DiskBins eight = DiskBins.Of(chain.Disk, 2, 8);
        Assert.Equal(
            [
                DiskExtentKind.Data, DiskExtentKind.Data, DiskExtentKind.Zero, DiskExtentKind.Unreadable,
                DiskExtentKind.Absent, DiskExtentKind.Absent, DiskExtentKind.Absent, DiskExtentKind.Absent,
            ],
            Enumerable.Range(0, 8).Select(eight.MainKindOf));
        Assert.Equal((0, 1), (eight.MainLayerOf(0), eight.MainLayerOf(1)));
        DiskBins two = DiskBins.Of(chain.Disk, 2, 2);
        Assert.Equal((DiskExtentKind.Unreadable, DiskExtentKind.Absent), (two.MainKindOf(0), two.MainKindOf(1)));
    }

    [Fact]
    public void The_picture_is_well_formed_and_covers_the_disk_once()
    {
        using DifferencingChain chain = TwoLayers();
        XElement picture = Parse(DiskPicture.Draw(chain));
        string[] cells = [.. Cells(picture).Select(cell => cell.Element(Svg + "title")!.Value)];
        long next = 0;
        foreach (string cell in cells)
        {
            Match range = Regex.Match(cell, "^0x([0-9a-f]+) to 0x([0-9a-f]+): ");
            Assert.Equal(next, long.Parse(range.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            next = long.Parse(range.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        Assert.Equal(8 * MiB, next);
        Assert.Equal(
            ["absent", "bad", "d0", "d1", "zero"],
            Cells(picture).Select(cell => cell.Attribute("class")!.Value)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        string text = string.Join('\n', picture.Descendants(Svg + "text").Select(line => line.Value));
        Assert.Contains("layer 1, child.vhdx: 1 MiB, 12.5 %", text, StringComparison.Ordinal);
        Assert.Contains("layer 0, <base>&.vhdx: 1 MiB, 12.5 %", text, StringComparison.Ordinal);
        Assert.Contains("can't be read: 1 MiB, 12.5 %", text, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", picture.Element(Svg + "style")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_of_64_TiB_is_a_picture_of_the_same_size()
    {
        var image = new ImageBuilder
        {
            DiskSize = 64 * (ulong)TiB,
            BlockSize = 256 << 20,
            BatLength = 4 << 20,
            NextBlock = 16 * MiB,
        };
        for (int block = 0; block < 1000; block++)
        {
            image.SetState(block * 137, PayloadBlockState.Zero);
        }

        using DifferencingChain chain = Open(image.Build());
        string picture = DiskPicture.Draw(chain);
        Assert.InRange(picture.Length, 1, LargestPicture);
        Assert.Contains("a cell is 32 GiB", picture, StringComparison.Ordinal);
        _ = Parse(picture);
    }

    [Fact]
    public void A_chain_of_many_layers_has_a_legend_of_few_lines_and_a_known_colour_for_each()
    {
        for (int count = 1; count <= 256; count++)
        {
            for (int layer = 0; layer < count; layer++)
            {
                Assert.Contains($".{MapStyle.ClassOf(layer, count)}{{", MapStyle.Sheet(), StringComparison.Ordinal);
            }

            Assert.Equal("d0", MapStyle.ClassOf(0, count));
        }
    }

    [Fact]
    public void Text_that_has_no_place_in_XML_is_replaced()
    {
        const string hostile = "a<b>&\"'\u0001\u001b\uD800\uFFFE\u0000💾";
        XElement text = XElement.Parse($"<t>{SvgText.Escape(hostile)}</t>");
        Assert.Equal("a<b>&\"'\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD💾", text.Value);
    }

    [Fact]
    public void The_bar_marks_parts_and_with_colours_ends_plain()
    {
        using DifferencingChain chain = TwoLayers();
        string plain = DiskBar.Draw(chain.Disk, 2, 16, colours: false);
        Assert.Equal("####..!!        ", plain);
        string coloured = DiskBar.Draw(chain.Disk, 2, 16, colours: true);
        Assert.Equal(plain, Regex.Replace(coloured, "\e\\[[0-9;]*m", ""));
        Assert.EndsWith("\e[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(
            ["38;5;25", "38;5;111", "90", "31", "90", "0"],
            Regex.Matches(coloured, "\e\\[([0-9;]*)m").Select(match => match.Groups[1].Value),
            StringComparer.Ordinal);
    }

    /// <summary>docs/map.svg is what <c>vhdxfuse map --svg</c> draws of a child over a base with a file system. One
    /// drawn by an older program has another style sheet or structure.</summary>
    [Fact]
    public void The_picture_in_the_documentation_has_the_structure_of_todays()
    {
        XElement documented = Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Path, "docs", "map.svg")));
        Assert.Equal(MapStyle.Sheet(), documented.Element(Svg + "style")!.Value);
        using DifferencingChain chain = TwoLayers();
        XElement today = Parse(DiskPicture.Draw(chain));
        Assert.Superset(NamesIn(today), NamesIn(documented));
    }

    private static HashSet<string> NamesIn(XElement picture) => picture.DescendantsAndSelf()
        .SelectMany(element => element.Attributes().Select(one => $"{element.Name.LocalName} {one.Name.LocalName}"))
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<XElement> Cells(XElement picture) =>
        picture.Elements(Svg + "rect").Where(shape => shape.Element(Svg + "title") is not null);

    private static XElement Parse(string picture) => XElement.Parse(picture);

    /// <summary>Eight blocks: the base's, the child's, zero, unreadable, and four that nobody holds.</summary>
    private static DifferencingChain TwoLayers()
    {
        ImageBuilder below = new ImageBuilder().AddBlock(0, 0xA0);
        ImageBuilder child = new ImageBuilder { DataWriteGuid = new Guid("bbbbbbbb-0000-4000-8000-000000000002") }
            .NameParent(below.DataWriteGuid, @".\<base>&.vhdx")
            .AddBlock(1, 0xC1)
            .SetState(2, PayloadBlockState.Zero)
            .SetState(3, PayloadBlockState.FullyPresent, 1L << 42);
        MemoryParentSource source = new MemoryParentSource().Add(below.Build("/here/<base>&.vhdx"));
        return DifferencingChain.Open(child.Build("/here/child.vhdx"), source, new OpenOptions());
    }

    private static DifferencingChain Open(MemoryImageFile file) =>
        DifferencingChain.Open(file, new MemoryParentSource(), new OpenOptions());
}
