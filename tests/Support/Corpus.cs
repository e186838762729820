using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace VhdxFuse.Support;

/// <summary>
/// Real images of other programs. They aren't part of the repository: they lie beside it, in ../shared/corpus, and are
/// unpacked to artifacts/corpus when a test first asks for them. Tests never write to what is unpacked there.
/// </summary>
public static class Corpus
{
    private static readonly JsonSerializerOptions ManifestFormat =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly TimeSpan UnpackDeadline = TimeSpan.FromMinutes(5);

    private static readonly Lazy<IReadOnlyList<CorpusImage>> Manifest = new(() =>
        JsonSerializer.Deserialize<List<CorpusImage>>(File.ReadAllText(ManifestPath), ManifestFormat)!);

    /// <summary>All images, in the order of the manifest.</summary>
    public static IReadOnlyList<CorpusImage> Images => Manifest.Value;

    /// <summary>The names of all images, for a <see cref="CorpusTheoryAttribute"/>; none without corpus.</summary>
    public static TheoryData<string> Names => [.. IsThere ? Images.Select(i => i.Name) : []];

    private static string SourceFolder => Path.GetFullPath(Path.Combine(RepositoryFolder.Path, "../shared/corpus"));

    private static string ManifestPath => Path.Combine(SourceFolder, "manifest.json");

    private static bool IsThere => File.Exists(ManifestPath);

    /// <summary>Says why tests over the corpus can't run.</summary>
    /// <returns>Null when they can.</returns>
    public static string? WhyNot() => !IsThere
        ? $"the corpus of real images is not at {SourceFolder}"
        : Requirements.WhyNot(Need.None, ["xz"]);

    public static CorpusImage Named(string name) =>
        Images.Single(image => string.Equals(image.Name, name, StringComparison.Ordinal));

    /// <summary>The path of the unpacked image, to be read only; unpacks and checks it at the first call.</summary>
    public static string PathOf(string name)
    {
        CorpusImage image = Named(name);
        string folder = Path.Combine(RepositoryFolder.Path, "artifacts", "corpus");
        string path = Path.Combine(folder, Path.GetFileNameWithoutExtension(image.File));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            Unpack(image, path);
        }

        return path;
    }

    private static void Unpack(CorpusImage image, string path)
    {
        // Under a name of its own until it is whole: other test processes may unpack the same image now.
        string partial = $"{path}.{Path.GetRandomFileName()}.partial";
        try
        {
            // xz keeps zeros as holes only when its own output is the file.
            ToolRun run = ToolRun.Of(
                "sh",
                UnpackDeadline,
                "-c",
                "exec xz -dc -- \"$1\" > \"$2\"",
                "sh",
                Path.Combine(SourceFolder, image.File),
                partial);
            string found = run.ExitCode == 0 ? Sha256Of(partial) : run.ToString();
            if (!string.Equals(found, image.FileSha256, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{image.File}: SHA-256 is {found}, expected {image.FileSha256}");
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static string Sha256Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
