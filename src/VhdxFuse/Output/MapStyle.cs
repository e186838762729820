using System.Globalization;
using System.Text;

namespace VhdxFuse.Output;

/// <summary>The look of the picture of a disk, on light pages and on dark ones. Data are blue, the newer the layer the
/// nearer to violet; what can't be read is red.</summary>
internal static class MapStyle
{
    /// <summary>Layers that have a colour of their own; of more, neighbours share one.</summary>
    public const int MostShades = 6;

    private const string Light =
        "text{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}"
        + ".small{font-size:10.5px;fill:#59636e}.head{font-size:15px;font-weight:600}.end{text-anchor:end}"
        + ".back{fill:#fff}.absent{fill:#eff2f5}.zero{fill:#c8d1da}.bad{fill:#cf222e}";

    private const string Dark =
        "text{fill:#e6edf3}.small{fill:#9198a1}.back{fill:#0d1117}.absent{fill:#1c2128}.zero{fill:#3d444d}"
        + ".bad{fill:#f85149}";

    private static readonly string[] LightShades =
        ["#0550ae", "#218bff", "#1b7c83", "#8250df", "#bf3989", "#bc4c00"];

    private static readonly string[] DarkShades =
        ["#1f6feb", "#79c0ff", "#39c5cf", "#a371f7", "#f778ba", "#f0883e"];

    /// <summary>The class of a layer's data.</summary>
    /// <param name="layer">The base being 0.</param>
    /// <param name="layerCount">Of the chain.</param>
    public static string ClassOf(int layer, int layerCount)
    {
        int shade = layerCount <= MostShades ? layer : layer * (MostShades - 1) / (layerCount - 1);
        return string.Create(CultureInfo.InvariantCulture, $"d{shade}");
    }

    /// <summary>The style sheet.</summary>
    public static string Sheet()
    {
        var light = new StringBuilder(Light);
        var dark = new StringBuilder(Dark);
        for (int shade = 0; shade < MostShades; shade++)
        {
            light.Append(CultureInfo.InvariantCulture, $".d{shade}{{fill:{LightShades[shade]}}}");
            dark.Append(CultureInfo.InvariantCulture, $".d{shade}{{fill:{DarkShades[shade]}}}");
        }

        return $"{light}@media(prefers-color-scheme:dark){{{dark}}}";
    }
}
