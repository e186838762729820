using System;
using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Containers;

/// <summary>A storage with the image that docker/build makes.</summary>
public sealed class ImageStore : IAsyncLifetime, IDisposable
{
    public const string Image = "localhost/vhdxfuse:test";

    private readonly ScratchFolder _folder = new();

    public string Folder => _folder.Path;

    public async Task InitializeAsync()
    {
        if (Podman.WhyNot() is null)
        {
            _ = await Build(Image);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>Builds the image under a name.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> Build(string name)
    {
        string options = string.Join(' ', Podman.Storage(Folder));
        string script = Path.Combine(RepositoryFolder.Path, "docker", "build");
        Finished build = await Child.Run(Folder, "env", $"BUILDAH={options}", "bash", script, name);
        Assert.True(build.ExitCode == 0, build.Error);
        return build.Output.Trim();
    }
}
