using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>A connection that is mounted and waits for its INIT to be answered. The channel is the holder's to
/// dispose.</summary>
/// <param name="Channel">To the kernel.</param>
/// <param name="Path">Absolute, without links; for an inherited mount the name it was given by.</param>
/// <param name="Method">Who mounted.</param>
internal sealed record MountedDevice(IFuseChannel Channel, string Path, FuseMountMethod Method);
