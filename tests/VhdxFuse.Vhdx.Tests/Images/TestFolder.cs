using System;
using System.IO;

namespace VhdxFuse.Vhdx.Tests.Images;

/// <summary>A folder of a test's own, which goes with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder()
        : this(System.IO.Path.GetTempPath())
    {
    }

    public TestFolder(string parent) =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"vhdxfuse-{Guid.NewGuid():n}")).FullName;

    public string Path { get; }

    /// <summary>What stat(1) says: size, permissions, and every timestamp to the nanosecond.</summary>
    public static string TimesOf(string path) =>
        Tool.Run("stat", "--printf=%s %a %i access %x modify %y change %z", path);

    /// <summary>So that the next read would change it, on a relatime file system too.</summary>
    public static void MakeAccessTimeOld(string path) => Tool.Run("touch", "-h", "-a", "-d", "2001-02-03", path);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a file whose access time is old.</summary>
    public string File(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(this[name], content);
        MakeAccessTimeOld(this[name]);
        return this[name];
    }

    /// <summary>Makes a folder.</summary>
    public string Folder(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Not by Directory.Delete, which can't name what isn't UTF-8.</summary>
    public void Dispose() => Tool.Run("rm", "-r", "--one-file-system", Path);
}
