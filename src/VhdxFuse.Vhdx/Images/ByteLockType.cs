namespace VhdxFuse.Vhdx.Images;

/// <summary>F_RDLCK, F_WRLCK, F_UNLCK.</summary>
internal enum ByteLockType : short
{
    Read = 0,
    Write = 1,
    None = 2,
}
