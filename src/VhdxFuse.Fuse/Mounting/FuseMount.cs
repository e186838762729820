using System.Threading.Tasks;
using VhdxFuse.Fuse.Session;

namespace VhdxFuse.Fuse.Mounting;

/// <summary>A served mount.</summary>
/// <param name="session">Which serves it.</param>
/// <param name="device">What was mounted.</param>
/// <param name="unmounter">Null for an inherited mount.</param>
internal sealed class FuseMount(FuseSession session, MountedDevice device, Unmounter? unmounter) : IFuseMount
{
    public string MountPoint => device.Path;

    public FuseMountMethod Method => device.Method;

    public bool IsShared => MountTable.IsShared(device.Path);

    public Task<FuseEnd> Completion => session.Completion;

    public FuseEnd WaitForEnd() => Completion.GetAwaiter().GetResult();

    public bool TryUnmount() => Completion.IsCompleted || (unmounter?.TryUnmount() ?? false);

    public void Detach()
    {
        if (unmounter is null)
        {
            session.Close();
        }
        else
        {
            unmounter.Detach();
        }
    }

    public void Abandon() => session.Close();

    public void Dispose()
    {
        if (!Completion.IsCompleted)
        {
            Detach();
        }
    }
}
