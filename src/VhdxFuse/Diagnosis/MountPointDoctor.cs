using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Diagnosis;

/// <summary>Whether something can be mounted at a place.</summary>
internal static class MountPointDoctor
{
    private const string Subject = "mount point";

    /// <summary>Looks at the place; lists no folder, since that could change its access time.</summary>
    /// <param name="path">As the user gave it.</param>
    /// <param name="machine">What is mounted, and whether this is a container.</param>
    /// <param name="mayWrite">Whether this process may write to a path.</param>
    public static IEnumerable<Symptom> Examine(string path, MachineFacts machine, Func<string, bool> mayWrite)
    {
        string name = OneLine.Escape(path);
        string full = Path.GetFullPath(path);
        MountEntry? below = MountEntry.Holding(machine.Mounts, full);
        bool isMount = below is not null && string.Equals(below.Point, full, StringComparison.Ordinal);
        bool isFolder = Directory.Exists(path);
        if (!isFolder && !File.Exists(path))
        {
            yield return isMount && below!.IsFuse
                ? new Symptom(
                    Subject, Verdict.Bad, $"{name}: the server of an earlier mount died", $"fusermount3 -u {name}")
                : new Symptom(
                    Subject, Verdict.Bad, $"{name}: doesn't exist, or may not be entered", $"mkdir -p {name}");
            yield break;
        }

        bool isPrivileged = machine.Status?.Has(Capability.SysAdmin) == true;
        if (!isPrivileged && !mayWrite(path))
        {
            yield return new Symptom(
                Subject,
                Verdict.Bad,
                $"{name}: isn't writable, and fusermount3 mounts only where its user may write",
                $"chown $USER {name}, or another folder");
            yield break;
        }

        yield return new Symptom(
            Subject, Verdict.Good, $"{name}: a {(isFolder ? "folder" : "file, which becomes the disk itself")}");
        if (isMount)
        {
            yield return new Symptom(
                Subject,
                Verdict.Note,
                $"{OneLine.Escape($"{below!.Source} ({below.Type})")} is mounted there and will be covered");
        }

        if (machine.Container is not null && below is { IsShared: false })
        {
            yield return new Symptom(
                "propagation",
                Verdict.Note,
                $"{OneLine.Escape(below.Point)} is private: the host and other containers won't see the mount",
                $"docker run -v DIR:{name}:rshared …, DIR being on a shared mount of the host");
        }
    }
}
