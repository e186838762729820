using System;

namespace VhdxFuse.Diagnosis;

/// <summary>What <c>/etc/fuse.conf</c> allows those who mount through fusermount3.</summary>
/// <param name="AllowsOther">Whether they may use allow_other.</param>
/// <param name="MostMounts">How many FUSE mounts each may have.</param>
internal sealed record FuseConfiguration(bool AllowsOther, long MostMounts)
{
    private const long DefaultMostMounts = 1000;

    /// <summary>Reads the file; null stands for one that isn't there.</summary>
    public static FuseConfiguration Parse(string? text)
    {
        bool allowsOther = false;
        long mostMounts = DefaultMostMounts;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int comment = line.IndexOf('#');
            ReadOnlySpan<char> words = (comment < 0 ? line : line[..comment]).Trim();
            allowsOther |= words is "user_allow_other";
            int equals = words.IndexOf('=');
            if (equals > 0 && words[..equals].Trim() is "mount_max")
            {
                mostMounts = FieldText.NumberIn(words[(equals + 1)..].Trim()) ?? mostMounts;
            }
        }

        return new FuseConfiguration(allowsOther, mostMounts);
    }
}
