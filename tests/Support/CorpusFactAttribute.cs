using System;
using Xunit;

namespace VhdxFuse.Support;

/// <summary>A fact over the real images; skipped, visibly and with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute() => Skip = Corpus.WhyNot();
}
