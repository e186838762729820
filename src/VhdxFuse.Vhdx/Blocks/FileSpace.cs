using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Blocks;

/// <summary>Space of the file that was handed out.</summary>
/// <param name="At">Whole MiB.</param>
/// <param name="LengthBytes">Whole MiB; inside the file.</param>
/// <param name="Class">What it holds.</param>
internal readonly record struct FileSpace(FileOffset At, long LengthBytes, SpaceClass Class)
{
    public FileOffset End => At + LengthBytes;
}
