using System;
using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>Where a Windows folder is on this machine.</summary>
/// <param name="WindowsFolder">A drive (<c>C:\</c>), a folder, a volume (<c>\\?\Volume{…}</c>) or a share; compared
/// without regard to case.</param>
/// <param name="Folder">The folder here.</param>
public sealed record PathMapping(string WindowsFolder, string Folder)
{
    /// <summary>Splits <c>C:\VMs=/evidence</c>.</summary>
    /// <returns>False when one of the two sides is missing.</returns>
    public static bool TryParse(string text, out PathMapping mapping)
    {
        ArgumentNullException.ThrowIfNull(text);
        int separator = text.IndexOf('=', StringComparison.Ordinal);
        mapping = new PathMapping(text[..int.Max(separator, 0)], text[(separator + 1)..]);
        return separator > 0 && mapping.Folder.Length > 0;
    }

    /// <summary>Splits a Windows path into its components, without <c>\\?\</c> and <c>UNC\</c>.</summary>
    internal static string[] ComponentsOf(string windowsPath)
    {
        const string device = @"\\?\";
        const string unc = @"\\?\UNC\";
        string path = windowsPath.StartsWith(unc, StringComparison.OrdinalIgnoreCase) ? windowsPath[unc.Length..]
            : windowsPath.StartsWith(device, StringComparison.Ordinal) ? windowsPath[device.Length..]
            : windowsPath;
        return path.Split('\\', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What remains of a path below this folder; null when it isn't below it.</summary>
    internal IReadOnlyList<string>? Below(string[] components)
    {
        string[] prefix = ComponentsOf(WindowsFolder);
        if (prefix.Length >= components.Length || Array.IndexOf(components, "..") >= 0)
        {
            return null;
        }

        for (int i = 0; i < prefix.Length; i++)
        {
            if (!string.Equals(prefix[i], components[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return components[prefix.Length..];
    }
}
