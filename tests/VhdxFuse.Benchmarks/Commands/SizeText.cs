using System.Globalization;

namespace VhdxFuse.Benchmarks.Commands;

/// <summary>Sizes as people write them: 512M, 1G.</summary>
internal static class SizeText
{
    private const string Suffixes = "KMGT";
    private const int BitsPerSuffix = 10;
    private const long LargestNumber = 1L << 20; // so that no suffix overflows

    /// <returns>False when it isn't a positive number with one of K, M, G and T, or none.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        int power = text.Length == 0 ? 0 : Suffixes.IndexOf(text[^1]) + 1;
        string digits = power > 0 ? text[..^1] : text;
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        bytes = isNumber && (power == 0 || number <= LargestNumber) ? number << (BitsPerSuffix * power) : 0;
        return bytes > 0;
    }
}
