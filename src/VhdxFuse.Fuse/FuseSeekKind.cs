namespace VhdxFuse.Fuse;

/// <summary>What a seek looks for; the numbers are those of <c>lseek(2)</c>.</summary>
public enum FuseSeekKind
{
    /// <summary>The first byte of data at or after the offset (SEEK_DATA).</summary>
    Data = 3,

    /// <summary>The first byte of a hole at or after the offset; the end of the file is one (SEEK_HOLE).</summary>
    Hole = 4,
}
