using System;
using HelloFuse;
using VhdxFuse.Fuse;

// Mounts a file system with one file, and serves it until somebody unmounts it:
//   dotnet run --project docs/examples/HelloFuse -- FOLDER
//   cat FOLDER/hello; fusermount3 -u FOLDER
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: HelloFuse FOLDER");
    return 1;
}

try
{
    using IFuseMount mount = Fuse.Mount(args[0], new HelloFileSystem(), new MountOptions { Source = "hello" });
    Console.WriteLine($"mounted on {mount.MountPoint}");
    return mount.WaitForEnd().Reason == FuseEndReason.Unmounted ? 0 : 1;
}
catch (FuseException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
