namespace VhdxFuse.Diagnosis;

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What: a word or two.</param>
/// <param name="Verdict">What it means for a mount.</param>
/// <param name="Found">What was found, in one line.</param>
/// <param name="Cure">What to do about it; null when nothing is to be done.</param>
internal sealed record Symptom(string Subject, Verdict Verdict, string Found, string? Cure = null);
