using System.Collections.Generic;

namespace VhdxFuse.Output;

/// <summary>What <c>doctor --json</c> says.</summary>
internal sealed record DoctorDocument
{
    /// <summary>Grows when a field changes its meaning or goes.</summary>
    public int Schema { get; init; } = 1;

    public string Version { get; init; } = Documents.ProgramVersion;

    /// <summary>What a mount would end with; 0 when it would work.</summary>
    public required int ExitCode { get; init; }

    public required IReadOnlyList<SymptomDocument> Symptoms { get; init; }

    /// <summary>In the order in which they were tried.</summary>
    public required IReadOnlyList<CandidateDocument> ParentCandidates { get; init; }
}
