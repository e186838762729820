using System;
using System.Globalization;

namespace VhdxFuse.Diagnosis;

/// <summary>What this process may do, from <c>/proc/self/status</c>.</summary>
/// <param name="UserId">The effective one.</param>
/// <param name="Effective">One bit a capability.</param>
/// <param name="Bounding">What a setuid program can get.</param>
/// <param name="NoNewPrivileges">Whether setuid programs get nothing.</param>
internal sealed record ProcessStatus(long UserId, ulong Effective, ulong Bounding, bool NoNewPrivileges)
{
    /// <summary>Whether a seccomp filter decides which system calls it may make.</summary>
    public bool IsFiltered { get; init; }

    public bool IsRoot => UserId == 0;

    /// <returns>Null when the text isn't such a file's.</returns>
    public static ProcessStatus? Parse(string? text)
    {
        ReadOnlySpan<char> users = FieldText.ValueOf(text, "Uid:");
        int blank = users.IndexOfAny(' ', '\t');
        if (blank < 0
            || FieldText.NumberIn(users[blank..].Trim()) is not { } user
            || !TryParseSet(FieldText.ValueOf(text, "CapEff:"), out ulong effective))
        {
            return null;
        }

        if (!TryParseSet(FieldText.ValueOf(text, "CapBnd:"), out ulong bounding))
        {
            bounding = ulong.MaxValue; // kernels before 2.6.26 have none
        }

        bool noNew = FieldText.ValueOf(text, "NoNewPrivs:") is "1";
        return new ProcessStatus(user, effective, bounding, noNew)
        {
            IsFiltered = FieldText.ValueOf(text, "Seccomp:") is "2",
        };
    }

    public bool Has(Capability capability) => IsIn(Effective, capability);

    public bool MayGet(Capability capability) => IsIn(Bounding, capability);

    private static bool IsIn(ulong set, Capability capability) => (set >> (int)capability & 1) != 0;

    private static bool TryParseSet(ReadOnlySpan<char> text, out ulong set) =>
        ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out set);
}
