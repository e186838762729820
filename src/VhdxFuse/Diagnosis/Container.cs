using System;

namespace VhdxFuse.Diagnosis;

/// <summary>Whether the program runs in a container, whose user gives it devices and rights from outside.</summary>
internal static class Container
{
    private static readonly (string Mark, string Name)[] Marks =
    [
        ("kubepods", "kubernetes"), ("docker", "docker"), ("libpod", "podman"), ("lxc", "lxc"),
        ("containerd", "containerd"),
    ];

    /// <summary>Its kind; null when nothing speaks for one.</summary>
    public static string? Find(MachineFiles files)
    {
        if (files.Exists("/run/.containerenv"))
        {
            return "podman";
        }

        if (files.Exists("/.dockerenv"))
        {
            return "docker";
        }

        string? said = files.Read("/run/systemd/container")?.Trim();
        return said is { Length: > 0 }
            ? OneWordOf(said)
            : NameIn(files.Read("/proc/1/cgroup")) ?? NameInEnvironment(files.Read("/proc/1/environ"));
    }

    private static string? NameIn(string? controlGroups)
    {
        foreach ((string mark, string name) in Marks)
        {
            if (controlGroups is not null && controlGroups.Contains(mark, StringComparison.Ordinal))
            {
                return name;
            }
        }

        return null;
    }

    private static string? NameInEnvironment(string? environment)
    {
        const string variable = "container=";
        foreach (string setting in (environment ?? "").Split('\0'))
        {
            if (setting.StartsWith(variable, StringComparison.Ordinal) && setting.Length > variable.Length)
            {
                return OneWordOf(setting[variable.Length..]);
            }
        }

        return null;
    }

    private static string OneWordOf(string text) =>
        new(Array.FindAll(text.ToCharArray(), c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
}
