using System.Collections.Generic;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>Finds a setting's parent, which nobody writes.</summary>
internal sealed class ParentFile(Setting setting) : IParentSource
{
    public string FolderOf(IImageFile image) => "/memory";

    public string? Find(string folder, IReadOnlyList<string> components) =>
        setting.Parent is null ? null : Settings.ParentPath;

    public IImageFile Open(string path) => new CrashImageFile(CrashPoint.Settled(setting.Parent!), path);
}
