namespace VhdxFuse.Manual;

/// <summary>What may stand where an option or an argument wants a value.</summary>
internal enum ValueKind
{
    /// <summary>Nothing: the option stands alone.</summary>
    None,

    /// <summary>One of a few words.</summary>
    Words,

    Folder,
    File,

    /// <summary>Something that can't be guessed: a number, a list.</summary>
    Other,
}
