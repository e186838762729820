namespace VhdxFuse.Hosting;

/// <summary>What this process may do with a file, as the kernel sees it.</summary>
internal static class FileAccess
{
    private const int Writing = 2; // W_OK

    public static bool MayWrite(string path) => LibC.Access(path, Writing) == 0;
}
