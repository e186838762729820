using System.CommandLine;
using System.CommandLine.Parsing;
using VhdxFuse.Output;

namespace VhdxFuse.Commands;

/// <summary>Makes options whose value is a size, as <c>64G</c>.</summary>
internal static class SizeOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">Ends with a full stop.</param>
    /// <returns>An option whose value is 0 only when it isn't given.</returns>
    public static Option<long> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = Parse,
    };

    private static long Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Sizes.TryParse(text, out long bytes) && bytes > 0)
        {
            return bytes;
        }

        result.AddError($"'{text}' is no size; one is 512, 64K, 1.5G or 2TiB");
        return 0;
    }
}
