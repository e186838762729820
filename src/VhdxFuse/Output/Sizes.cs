using System;
using System.Globalization;

namespace VhdxFuse.Output;

/// <summary>Sizes as people read and type them. Units are powers of 1024.</summary>
internal static class Sizes
{
    private const int UnitFactor = 1024;
    private const string UnitLetters = "KMGTP";
    private const string BinarySuffix = "iB";

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>At most one decimal, in the largest unit that leaves at least 1.</summary>
    public static string Human(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= UnitFactor && unit < Units.Length - 1; unit++)
        {
            value /= UnitFactor;
        }

        return $"{value:0.#} {Units[unit]}";
    }

    /// <summary>Reads a size: <c>512</c>, <c>64K</c>, <c>1.5G</c>, <c>2TiB</c>. <c>GB</c>, which some mean as 10^9, is
    /// none.</summary>
    /// <returns>False when it is none, is no whole number of bytes, or is larger than any file.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (text.EndsWith(BinarySuffix, StringComparison.OrdinalIgnoreCase))
        {
            text = text[..^BinarySuffix.Length];
            if (text.IsEmpty || char.IsAsciiDigit(text[^1]))
            {
                return false;
            }
        }

        int power = text.IsEmpty ? 0 : UnitLetters.IndexOf(text[^1], StringComparison.OrdinalIgnoreCase) + 1;
        ReadOnlySpan<char> digits = power > 0 ? text[..^1] : text;
        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
        {
            return false;
        }

        for (; power > 0 && value <= long.MaxValue; power--)
        {
            value *= UnitFactor;
        }

        if (value > long.MaxValue || value != decimal.Truncate(value))
        {
            return false;
        }

        bytes = (long)value;
        return true;
    }
}
