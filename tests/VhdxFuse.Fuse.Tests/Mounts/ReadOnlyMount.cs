using System.IO;
using System.Threading.Tasks;
using VhdxFuse.Fuse.Tests.Serving;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounts;

/// <summary>One read-only mount that lets everybody in, for all tests that only look.</summary>
public sealed class ReadOnlyMount : IAsyncLifetime
{
    public const string Source = @"/images/a disk, with\odd signs.vhdx";

    private ServedMount? _mount;

    internal ServedMount Mount => _mount!;

    /// <summary>The disk's bytes in an ordinary file.</summary>
    internal string Expected => Mount.Outside("expected");

    public async Task InitializeAsync()
    {
        if (Requirements.WhyNot(Need.Fuse | Need.Root, []) is null)
        {
            _mount = await ServedMount.Ready("allow_other", $"source={Source}", "threads=3");
            await File.WriteAllBytesAsync(Expected, ServedTree.DiskContent());
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
