using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml;

namespace VhdxFuse.Benchmarks.Reporting;

/// <summary>Writes an SVG picture: shapes by class, colours in one style sheet for light and dark pages.</summary>
internal sealed class SvgWriter : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly XmlWriter _xml;

    /// <param name="width">In pixels, as the height.</param>
    /// <param name="height">The picture scales with the page.</param>
    /// <param name="title">Read out by screen readers.</param>
    /// <param name="style">The style sheet.</param>
    public SvgWriter(double width, double height, string title, string style)
    {
        _xml = XmlWriter.Create(_text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true });
        _xml.WriteStartElement("svg", Namespace);
        Attributes(("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("role", "img"));
        Attributes(("width", Number(width)), ("height", Number(height)));
        _xml.WriteElementString("title", Namespace, title);
        _xml.WriteElementString("style", Namespace, style);
    }

    public void Rectangle(double x, double y, double width, double height, string style)
    {
        _xml.WriteStartElement("rect", Namespace);
        Attributes(("class", style), ("x", Number(x)), ("y", Number(y)));
        Attributes(("width", Number(width)), ("height", Number(height)));
        _xml.WriteEndElement();
    }

    public void Line(double fromX, double fromY, double toX, double toY, string style)
    {
        _xml.WriteStartElement("line", Namespace);
        Attributes(("class", style), ("x1", Number(fromX)), ("y1", Number(fromY)));
        Attributes(("x2", Number(toX)), ("y2", Number(toY)));
        _xml.WriteEndElement();
    }

    public void Circle(double x, double y, double radius, string style)
    {
        _xml.WriteStartElement("circle", Namespace);
        Attributes(("class", style), ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)));
        _xml.WriteEndElement();
    }

    public void Polyline(IEnumerable<(double X, double Y)> points, string style)
    {
        _xml.WriteStartElement("polyline", Namespace);
        Attributes(
            ("class", style),
            ("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))));
        _xml.WriteEndElement();
    }

    /// <param name="x">Of the side that the style anchors.</param>
    /// <param name="y">Of the line that the letters stand on.</param>
    /// <param name="text">Escaped as needed.</param>
    /// <param name="style">One or more classes.</param>
    public void Text(double x, double y, string text, string style)
    {
        _xml.WriteStartElement("text", Namespace);
        Attributes(("class", style), ("x", Number(x)), ("y", Number(y)));
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    /// <summary>Ends the picture and gives it.</summary>
    public string Finish()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return _text + "\n";
    }

    public void Dispose()
    {
        _xml.Dispose();
        _text.Dispose();
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Attributes(params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            _xml.WriteAttributeString(name, value);
        }
    }
}
