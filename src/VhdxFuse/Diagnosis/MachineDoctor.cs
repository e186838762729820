using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using VhdxFuse.Disk;
using VhdxFuse.Fuse;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Diagnosis;

/// <summary>What a machine's facts mean for a mount. Judges; looks at nothing itself.</summary>
internal sealed class MachineDoctor
{
    private const long FewOpenFiles = 512; // each layer of a chain is one, and a chain may have 256
    private const long LittleMemoryKiB = 64 << 10;
    private const int BytesPerKiB = 1024;

    private readonly MachineFacts _facts;
    private readonly List<Symptom> _symptoms = [];

    private MachineDoctor(MachineFacts facts) => _facts = facts;

    private bool IsContained => _facts.Container is not null;

    public static IReadOnlyList<Symptom> Examine(MachineFacts facts)
    {
        var doctor = new MachineDoctor(facts);
        doctor.ExamineKernel();
        doctor.ExamineDevice();
        doctor.ExamineRight();
        doctor.ExamineOthers();
        doctor.ExamineReading();
        doctor.ExamineResources();
        return doctor._symptoms;
    }

    private void Add(string subject, Verdict verdict, string found, string? cure = null) =>
        _symptoms.Add(new Symptom(subject, verdict, OneLine.Escape(found), cure));

    private void ExamineKernel()
    {
        Add("kernel", Verdict.Good, DirectWrites.AreParallelOn(_facts.Kernel)
            ? $"Linux {_facts.Kernel}"
            : $"Linux {_facts.Kernel}; before 6.13 O_DIRECT writers of one disk take turns");
        Add("container", Verdict.Good, _facts.Container ?? "none");
        if (_facts.Status is null || _facts.Mounts.Count == 0)
        {
            Add("/proc", Verdict.Bad, "isn't mounted, or tells nothing of this process", "mount -t proc proc /proc");
        }
        else
        {
            Add("/proc", Verdict.Good, "is mounted");
        }
    }

    private void ExamineDevice()
    {
        // The transport's own words; they name the cure, and are what a mount would say.
        if (_facts.Problem is { Failure: not FuseFailure.NotPermitted } problem)
        {
            Add("/dev/fuse", Verdict.Bad, problem.Message, _facts.KnowsFuse == false
                ? "the kernel lists no fuse in /proc/filesystems: modprobe fuse, on the host"
                : IsContained ? "docker run --device /dev/fuse …" : null);
        }
        else
        {
            Add("/dev/fuse", Verdict.Good, "can be opened");
        }
    }

    private void ExamineRight()
    {
        if (_facts.Status?.Has(Capability.SysAdmin) != true)
        {
            ExamineFusermount();
            return;
        }

        // That profile of Docker's forbids every mount; of others the name doesn't tell.
        string label = _facts.SecurityLabel;
        if (label.StartsWith("docker-default", StringComparison.Ordinal)
            && !label.Contains("complain", StringComparison.Ordinal))
        {
            Add(
                "right to mount",
                Verdict.Bad,
                $"CAP_SYS_ADMIN is there, but the AppArmor profile {label} forbids mounting",
                "docker run --security-opt apparmor=unconfined …");
            return;
        }

        Add("right to mount", Verdict.Good, "CAP_SYS_ADMIN: with mount(2), without a helper");
        if (label.Length > 0 && !label.StartsWith("unconfined", StringComparison.Ordinal))
        {
            Add(
                "security label",
                Verdict.Note,
                $"{label}: its policy may still forbid mounting",
                IsContained
                    ? "where it does: docker run --security-opt label=disable …, or apparmor=unconfined"
                    : null);
        }

        if (_facts.Status.IsFiltered)
        {
            Add(
                "seccomp",
                Verdict.Note,
                "a filter is active and may still forbid mount(2)",
                IsContained ? "where it does: docker run --security-opt seccomp=unconfined …" : null);
        }

        if (_facts.FusermountPath is null)
        {
            Add(
                "fusermount3",
                Verdict.Note,
                "isn't installed; only -o auto_unmount and users without privileges need it",
                "install the package fuse3");
        }
    }

    private void ExamineFusermount()
    {
        string? reason = WhyNoFusermount(out string cure);
        if (reason is null)
        {
            Add("right to mount", Verdict.Good, $"through {_facts.FusermountPath}");
            return;
        }

        string others = IsContained ? " (or docker run --cap-add SYS_ADMIN …)" : " (or run it as root)";
        if (_facts.MostUserNamespaces is > 0)
        {
            others += "; where only you need to see the disk: unshare -Urm";
        }

        Add("right to mount", Verdict.Bad, $"no CAP_SYS_ADMIN, and {reason}", cure + others);
    }

    /// <summary>What keeps fusermount3 from mounting for this process.</summary>
    private string? WhyNoFusermount(out string cure)
    {
        cure = "install the package fuse3";
        if (_facts.FusermountPath is not { } path)
        {
            return "fusermount3 isn't installed";
        }

        if (_facts.Status is not { } status || status.IsRoot || !status.MayGet(Capability.SysAdmin))
        {
            cure = "give the process that capability";
            return "fusermount3 can't get it either: it is barred from outside";
        }

        if (status.NoNewPrivileges)
        {
            cure = "start it without no_new_privs (docker: no --security-opt no-new-privileges; "
                + "systemd: NoNewPrivileges=no)";
            return $"no_new_privs keeps {path} from becoming root";
        }

        if (_facts.FusermountMode is { } mode && !mode.HasFlag(UnixFileMode.SetUser))
        {
            cure = $"as root: chown root {path} && chmod u+s {path}";
            return $"{path} isn't setuid root";
        }

        if (MountEntry.Holding(_facts.Mounts, path) is { } mount && mount.HasOption("nosuid"))
        {
            cure = $"as root: mount -o remount,suid {mount.Point}";
            return $"{path} lies on {mount.Point}, which is mounted nosuid";
        }

        long own = _facts.Mounts.Count(entry => entry.IsFuse && entry.HasOption($"user_id={status.UserId}"));
        cure = "raise mount_max in /etc/fuse.conf, or unmount some";
        return own >= _facts.Configuration.MostMounts
            ? $"{own} FUSE mounts are this user's already, and mount_max is {_facts.Configuration.MostMounts}"
            : null;
    }

    private void ExamineOthers()
    {
        if (_facts.Status?.Has(Capability.SysAdmin) == true)
        {
            Add("allow_other", Verdict.Good, "may be used");
        }
        else if (_facts.Configuration.AllowsOther)
        {
            Add("allow_other", Verdict.Good, "may be used: user_allow_other is in /etc/fuse.conf");
        }
        else
        {
            Add(
                "allow_other",
                Verdict.Note,
                "may not be used: user_allow_other isn't in /etc/fuse.conf",
                "as root: echo user_allow_other >> /etc/fuse.conf");
        }
    }

    private void ExamineReading()
    {
        if (_facts.Status is not { } status)
        {
            return;
        }

        bool readsAll = status.Has(Capability.DacReadSearch) || status.Has(Capability.DacOverride);
        Add(
            "other users' files",
            readsAll ? Verdict.Good : Verdict.Note,
            readsAll ? "can be read" : "can be read only as their permissions allow",
            readsAll ? null : "run it as root, or with --cap-add DAC_READ_SEARCH");
        bool spares = status.Has(Capability.Owner);
        Add(
            "access times",
            spares ? Verdict.Good : Verdict.Note,
            spares
                ? "of any image are left alone (CAP_FOWNER)"
                : "are left alone only of your own images and on read-only or noatime mounts; others are refused",
            spares ? null : "run it as root, with --cap-add FOWNER, or accept the change with --allow-atime");
    }

    private void ExamineResources()
    {
        if (_facts.MostOpenFiles is { } files)
        {
            bool few = files < FewOpenFiles;
            Add(
                "open files",
                few ? Verdict.Note : Verdict.Good,
                string.Create(CultureInfo.InvariantCulture, $"at most {files}"),
                few ? $"ulimit -n {FewOpenFiles}, for long chains and many open readers" : null);
        }

        if (_facts.AvailableMemoryKiB is { } memory)
        {
            bool little = memory < LittleMemoryKiB;
            Add(
                "memory",
                little ? Verdict.Note : Verdict.Good,
                $"{Sizes.Human(long.Min(memory, long.MaxValue / BytesPerKiB) * BytesPerKiB)} available",
                little ? "a pending log is replayed in memory: free some, or use a copy whose log is replayed" : null);
        }
    }
}
