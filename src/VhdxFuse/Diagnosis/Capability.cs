namespace VhdxFuse.Diagnosis;

/// <summary>Rights of root that can be had one by one; the numbers are the kernel's.</summary>
internal enum Capability
{
    /// <summary>Read any file.</summary>
    DacOverride = 1,

    /// <summary>Read any file, and enter any folder.</summary>
    DacReadSearch = 2,

    /// <summary>Open any file with O_NOATIME.</summary>
    Owner = 3,

    /// <summary>Mount.</summary>
    SysAdmin = 21,
}
