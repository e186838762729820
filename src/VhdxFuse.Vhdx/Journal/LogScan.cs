using System.Collections.Generic;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>What one pass over the ring found under one LogGuid.</summary>
/// <param name="Entries">The valid entries by position. No two overlap: each starts with <c>loge</c>, and no sector
/// inside a valid entry does.</param>
/// <param name="NamedSectorCount">Sectors that start like an entry with the LogGuid, valid or not (T-6 asks for
/// 0).</param>
internal sealed record LogScan(IReadOnlyList<LogEntry> Entries, int NamedSectorCount);
