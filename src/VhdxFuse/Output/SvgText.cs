using System.Globalization;
using System.Text;

namespace VhdxFuse.Output;

/// <summary>Writes the few shapes of an SVG picture.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    /// <param name="width">In pixels, as the height.</param>
    /// <param name="height">The picture scales with the page.</param>
    /// <param name="title">Read out by screen readers.</param>
    /// <param name="style">The style sheet; holds no markup.</param>
    public SvgText(double width, double height, string title, string style)
    {
        string size = $"viewBox=\"0 0 {Number(width)} {Number(height)}\" width=\"{Number(width)}\" "
            + $"height=\"{Number(height)}\"";
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" {size}>");
        Line($"<title>{Escape(title)}</title>");
        Line($"<style>{style}</style>");
    }

    /// <param name="shape">Where.</param>
    /// <param name="style">Its class.</param>
    /// <param name="opacity">1 is solid.</param>
    /// <param name="title">Shown when the pointer rests on it; empty: nothing.</param>
    public void Rectangle(in SvgShape shape, string style, double opacity = 1, string title = "")
    {
        string place = $"x=\"{Number(shape.X)}\" y=\"{Number(shape.Y)}\" width=\"{Number(shape.Width)}\" "
            + $"height=\"{Number(shape.Height)}\"";
        string fill = opacity < 1 ? $" fill-opacity=\"{Number(opacity)}\"" : "";
        Line(title.Length == 0
            ? $"<rect class=\"{style}\" {place}{fill}/>"
            : $"<rect class=\"{style}\" {place}{fill}><title>{Escape(title)}</title></rect>");
    }

    /// <param name="x">Of the side that the style anchors.</param>
    /// <param name="y">Of the line that the letters stand on.</param>
    /// <param name="text">Escaped as needed.</param>
    /// <param name="style">One or more classes.</param>
    public void Text(double x, double y, string text, string style) =>
        Line($"<text class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\">{Escape(text)}</text>");

    /// <summary>Ends the picture and gives it.</summary>
    public string Finish()
    {
        Line("</svg>");
        return _text.ToString();
    }

    /// <summary>Text as it may stand between tags: markup escaped, and what XML has no place for replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // half a surrogate pair comes as U+FFFD
        {
            _ = rune.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                < ' ' or 0xFFFE or 0xFFFF => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
