#pragma warning disable // stand-in until the real file layer is merged
using System.Collections.Generic; using System.IO; using System.Linq; using VhdxFuse.Vhdx.Images;
namespace VhdxFuse.Vhdx.Opening;
public sealed class LinuxParentSource(FileOpenOptions options) : IParentSource
{
    public string FolderOf(IImageFile image) => Path.GetDirectoryName(Path.GetFullPath(image.Path))!;
    public string? Find(string folder, IReadOnlyList<string> components) { string p = Path.Combine([folder, .. components]); return File.Exists(p) ? Path.GetFullPath(p) : null; }
    public IImageFile Open(string path) => LinuxFile.OpenRead(path, options);
}
