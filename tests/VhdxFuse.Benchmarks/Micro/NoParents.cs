using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Benchmarks.Micro;

/// <summary>For images that have none.</summary>
internal sealed class NoParents : IParentSource
{
    public string FolderOf(IImageFile image) => "";

    public string? Find(string folder, IReadOnlyList<string> components) => null;

    public IImageFile Open(string path) => throw new BenchmarkException($"nobody asked for {path}");
}
