using System;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using VhdxFuse.Fuse.Mounting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Fuse.Tests.Mounting;

public sealed class DiagnosisTests
{
    [Theory]
    [InlineData(FuseErrno.Enoent, FuseFailure.DeviceMissing, "--device /dev/fuse")]
    [InlineData(FuseErrno.Enodev, FuseFailure.DeviceMissing, "modprobe fuse")]
    [InlineData(FuseErrno.Enxio, FuseFailure.DeviceMissing, "modprobe fuse")]
    [InlineData(FuseErrno.Eacces, FuseFailure.DeviceDenied, "chmod 666 /dev/fuse")]
    [InlineData(FuseErrno.Eperm, FuseFailure.DeviceDenied, "--device /dev/fuse")]
    [InlineData(FuseErrno.Enomem, FuseFailure.System, "errno 12")]
    public void A_device_that_cannot_be_opened_is_explained(FuseErrno errno, FuseFailure failure, string hint)
    {
        FuseException exception = FuseDevice.Explain(errno);
        Assert.Equal((failure, errno), (exception.Failure, exception.Errno));
        Assert.Contains(hint, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [FuseFact]
    public void Where_mounting_works_nothing_is_missing() => Assert.Null(Fuse.CheckDependencies());

    [Fact]
    public void A_mount_point_with_NUL_is_refused_before_it_is_cut_short() => Assert.Equal(
        FuseFailure.MountPoint, Assert.Throws<FuseException>(() => MountPoint.Resolve("/tmp\0/x")).Failure);

    [Fact]
    public void The_library_neither_forks_nor_maps_nor_catches_signals()
    {
        // fork in a process with threads is unsound; a mapping of a file others may cut short is SIGBUS.
        string?[] imports = [.. typeof(Fuse).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>()?.EntryPoint)
            .Where(name => name is not null)];
        Assert.Contains("posix_spawnp", imports, StringComparer.Ordinal);
        Assert.DoesNotContain(
            imports, name => name is "fork" or "vfork" or "mmap" or "signal" or "sigaction");
    }
}
