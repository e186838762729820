using System.Threading.Tasks;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>One writable mount, with a descriptor for each reader.</summary>
public sealed class WritableMount : IAsyncLifetime
{
    private ServedMount? _mount;

    internal ServedMount Mount => _mount!;

    public async Task InitializeAsync()
    {
        if (Requirements.WhyNot(Need.Fuse | Need.Root, []) is null)
        {
            _mount = await ServedMount.Ready("rw", "clone", "threads=3");
        }
    }

    public async Task DisposeAsync()
    {
        if (_mount is not null)
        {
            await _mount.DisposeAsync();
        }
    }
}
