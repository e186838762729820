using VhdxFuse.Diagnosis;

namespace VhdxFuse.Output;

/// <summary>One thing that <c>doctor</c> looked at.</summary>
internal sealed record SymptomDocument
{
    /// <summary>machine, mountPoint or image.</summary>
    public required string Part { get; init; }

    public required string Subject { get; init; }

    /// <summary>good, note or bad.</summary>
    public required string Verdict { get; init; }

    public required string Found { get; init; }

    /// <summary>Null when nothing is to be done.</summary>
    public string? Cure { get; init; }

    public static SymptomDocument Of(string part, Symptom symptom) => new()
    {
        Part = part,
        Subject = symptom.Subject,
        Verdict = Documents.Name(symptom.Verdict),
        Found = symptom.Found,
        Cure = symptom.Cure,
    };
}
