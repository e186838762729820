using System;
using Xunit;

namespace VhdxFuse.Support;

/// <summary>A theory over the real images; skipped, visibly and with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorpusTheoryAttribute : TheoryAttribute
{
    public CorpusTheoryAttribute() => Skip = Corpus.WhyNot();
}
