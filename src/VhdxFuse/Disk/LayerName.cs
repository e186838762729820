using System.Globalization;
using System.Text;

namespace VhdxFuse.Disk;

/// <summary>The names in the folder <c>layers</c>: <c>0-base.raw</c>. The number makes them unique.</summary>
internal static class LayerName
{
    private const int LongestNameBytes = 255;
    private const string Extension = ".raw";

    /// <param name="layer">0 is the base.</param>
    /// <param name="stem">The image's file name without extension. Controls, format characters, slashes and halves of
    /// surrogate pairs (bytes that were no UTF-8) come out as <c>%XXXX</c>; what is too long is cut.</param>
    public static byte[] Of(int layer, string stem)
    {
        var name = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{layer}-"));
        int bytes = name.Length + Extension.Length;
        for (int i = 0; i < stem.Length;)
        {
            bool valid = Rune.TryGetRuneAt(stem, i, out Rune rune);
            string text = valid && IsPlain(rune) ? rune.ToString() : $"%{(int)stem[i]:X4}";
            bytes += Encoding.UTF8.GetByteCount(text);
            if (bytes > LongestNameBytes)
            {
                break;
            }

            name.Append(text);
            i += valid ? rune.Utf16SequenceLength : 1;
        }

        return Encoding.UTF8.GetBytes(name.Append(Extension).ToString());
    }

    private static bool IsPlain(Rune rune) => rune.Value != '/' && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
