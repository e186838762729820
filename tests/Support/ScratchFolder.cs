using System;
using System.IO;

namespace VhdxFuse.Support;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
public sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("vhdxfuse-test-").FullName;

    public string Path { get; }

    /// <summary>The path of a file in the folder; makes no file.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
