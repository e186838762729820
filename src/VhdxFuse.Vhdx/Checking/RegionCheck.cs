using System;
using System.Buffers;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Checks both region tables and what the better one says.</summary>
internal static class RegionCheck
{
    /// <param name="file">With its log replayed.</param>
    /// <param name="log">Of length 0 when there is none.</param>
    /// <param name="findings">Gets what is found.</param>
    /// <returns>The regions that can be used; null when no table can be read.</returns>
    public static RegionLayout? Run(IImageFile file, FileRange log, FindingList findings)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * RegionTable.SizeBytes);
        try
        {
            Span<byte> first = rented.AsSpan(0, RegionTable.SizeBytes);
            Span<byte> second = rented.AsSpan(RegionTable.SizeBytes, RegionTable.SizeBytes);
            file.ReadExactly(RegionLayout.FirstTable, first);
            file.ReadExactly(RegionLayout.SecondTable, second);
            bool firstValid = RegionTable.IsValid(first);
            bool equal = first.SequenceEqual(second); // mostly: one checksum less then
            bool secondValid = equal ? firstValid : RegionTable.IsValid(second);
            if (!firstValid && !secondValid)
            {
                findings.Add(
                    FindingSeverity.Error,
                    "R-REG-2",
                    RegionLayout.FirstTable,
                    "neither copy of the region table has a signature and a checksum that match");
                return null;
            }

            NoteCopies(firstValid, secondValid, equal, findings);
            FileOffset at = firstValid ? RegionLayout.FirstTable : RegionLayout.SecondTable;
            return Judge(file, at, firstValid ? first : second, log, findings);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void NoteCopies(bool firstValid, bool secondValid, bool equal, FindingList findings)
    {
        if (!firstValid || !secondValid)
        {
            FileOffset damaged = firstValid ? RegionLayout.SecondTable : RegionLayout.FirstTable;
            findings.Add(
                FindingSeverity.Warning,
                "R-REG-2",
                damaged,
                "this copy of the region table is damaged: signature or checksum don't match");
        }
        else if (!equal)
        {
            findings.Add(
                FindingSeverity.Warning,
                "R-REG-2",
                RegionLayout.SecondTable,
                "the copies of the region table differ; the first one counts");
        }
    }

    private static RegionLayout? Judge(
        IImageFile file, FileOffset at, ReadOnlySpan<byte> chosen, FileRange log, FindingList findings)
    {
        if (!RegionTable.TryRead(chosen, out RegionTable table))
        {
            findings.Add(
                FindingSeverity.Error,
                "R-REG-3",
                at + 8,
                $"region table entry count is {RegionTable.EntryCountOf(chosen)}, expected at most 2047");
            return null;
        }

        for (int i = 0; i < table.Entries.Count; i++)
        {
            RegionTableEntry entry = table.Entries[i];
            FileOffset entryAt = at + RegionTable.EntriesOffset + (i * RegionTableEntry.SizeBytes);
            bool known = entry.Id == RegionIds.Bat || entry.Id == RegionIds.Metadata;
            if (known && entry.Flags == 0)
            {
                findings.Add(
                    FindingSeverity.Info, "T-2", entryAt + 28, $"region {entry.Id} isn't marked as required");
            }
            else if (!known && (entry.Flags & RegionTableEntry.RequiredFlag) == 0)
            {
                findings.Add(
                    FindingSeverity.Info, "R-REG-5", entryAt, $"region {entry.Id} isn't known; it is left alone");
            }
        }

        return RegionLayout.Judge(
            file.Path, at, table, log, file.LengthBytes, error => findings.Add(error, "R-REG-6"));
    }
}
