namespace VhdxFuse.Hosting;

/// <summary>How messages look.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line, as .NET's console logger writes it.</summary>
    Json,
}
