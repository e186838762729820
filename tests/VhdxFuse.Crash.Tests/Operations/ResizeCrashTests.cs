using System;
using System.Collections.Generic;
using VhdxFuse.Crash.Tests.Scripts;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Crash.Tests.Operations;

/// <summary>A power cut anywhere inside a resize leaves the disk in its old size or in its new one, and what both have
/// is there; another resize completes it.</summary>
public sealed class ResizeCrashTests
{
    private const int ImagesPerPoint = 60;
    private const int CompletedPerPoint = 2;
    private const long InBlock = (5L * Units.MiB) + (24 * 512); // where a block is half below the end of the disk
    private const long Large = 200 * Units.GiB; // more entries than a table of 1 MiB holds

    [Theory]
    [InlineData("dynamic", InBlock, 9L * Units.MiB)]
    [InlineData("dynamic", InBlock, InBlock + 8192)]
    [InlineData("dynamic", InBlock, Large)]
    [InlineData("dynamic", 9L * Units.MiB, InBlock)]
    [InlineData("dynamic", 200 * Units.GiB, InBlock)]
    [InlineData("fixed", InBlock, 9L * Units.MiB)]
    [InlineData("fixed", 9L * Units.MiB, InBlock)]
    [InlineData("child", InBlock, 9L * Units.MiB)]
    [InlineData("child", InBlock - (2L * Units.MiB), 9L * Units.MiB)]
    [InlineData("child", InBlock - (3L * Units.MiB), 9L * Units.MiB)]
    [InlineData("empty child", InBlock - (3L * Units.MiB), 9L * Units.MiB)]
    [InlineData("child", 9L * Units.MiB, InBlock)]
    [Rule("R-RSZ-2", "R-RSZ-3", "R-RSZ-4", "R-RSZ-5", "R-RSZ-6")]
    public void A_cut_leaves_the_old_disk_or_the_new_one(string kind, long oldSize, long newSize)
    {
        (ImageDraft draft, ImageDraft? below) = Drafts(kind, oldSize);
        PagedBytes? parent = below is null ? null : Sampled.PagesOf(below);
        ReferenceDisk old = draft.ExpectedDisk(below?.ExpectedDisk());
        var run = new Run(parent, old, old.Resized(newSize), new Sampled(oldSize, newSize));
        var file = new CrashImageFile(CrashPoint.Settled(Sampled.PagesOf(draft)));
        file.Watch = (operation, phase) =>
        {
            if (operation.Kind == FileOperationKind.Flush && phase == FilePhase.Before)
            {
                run.Judge(file.Snapshot(), isDone: false);
            }
        };
        using (DifferencingChain chain = OpenWritable(file, parent, 1))
        {
            Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = newSize, DiscardsData = true });
            run.IsDone = true;
            run.Judge(file.Snapshot(), isDone: true);
            chain.Close();
        }

        run.Judge(file.Snapshot(), isDone: true);
        Assert.Null(run.Problem);
        Assert.InRange(run.ImageCount, 20, 100_000);
    }

    private static DifferencingChain OpenWritable(CrashImageFile file, PagedBytes? parent, short kind) =>
        DifferencingChain.Open(file, Sampled.ParentOf(parent), new OpenOptions
        {
            Access = ImageAccess.ReadWrite,
            Guids = new CountingGuids(kind),
            LapSectors = 9,
            ExtensionBytes = Units.MiB,
        });

    // Full blocks of old bytes below and above the end of the disk; in a child also over a longer, full parent.
    private static (ImageDraft Image, ImageDraft? Parent) Drafts(string kind, long size)
    {
        var draft = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            Kind = kind == "fixed" ? ImageKind.Fixed : ImageKind.Dynamic,
            DiskSizeBytes = kind.EndsWith("child", StringComparison.Ordinal) ? 8L * Units.MiB : size,
            BlockSizeBytes = Units.MiB,
        };
        for (int block = 0; block < draft.Geometry.PayloadCount && block < 9; block++)
        {
            draft.Blocks[block] = PayloadBlock.Present(BlockContent.Filled((byte)(0x10 + block)));
        }

        if (!kind.EndsWith("child", StringComparison.Ordinal))
        {
            return (draft, null);
        }

        ImageDraft child = draft.NewChild("/memory/child.vhdx");
        child.DiskSizeBytes = size;
        if (kind == "empty child")
        {
            return (child, draft);
        }

        long last = child.Geometry.PayloadCount - 1;
        child.Blocks[last] = size % (2 * Units.MiB) < Units.MiB
            ? PayloadBlock.Partial(BlockContent.Filled(0xC3), 0, 9, 60, 61)
            : PayloadBlock.Present(BlockContent.Filled(0xC5));
        return (child, draft);
    }

    private sealed class Run(PagedBytes? parent, ReferenceDisk old, ReferenceDisk resized, Sampled sampled)
    {
        private readonly HashSet<UInt128> _seen = [];

        public string? Problem { get; private set; }

        public int ImageCount { get; private set; }

        public bool IsDone { get; set; }

        public void Judge(CrashPoint point, bool isDone)
        {
            int completed = 0;
            foreach (CrashImage image in ImageJudge.ImagesOf(point, ImagesPerPoint, seed: 1))
            {
                bool isNew = _seen.Add(image.Bytes.Hash);
                if (Problem is not null || (!isNew && !IsDone))
                {
                    continue;
                }

                ImageCount++;
                Problem = ProblemOf(image.Bytes, isDone || IsDone);
                if (Problem is null && isNew && completed++ < CompletedPerPoint)
                {
                    Problem = Complete(image.Bytes);
                }

                Problem = Problem is null ? null : $"{Problem}; {image.Describe(point)}";
            }
        }

        private string? ProblemOf(PagedBytes image, bool mustBeNew)
        {
            string? asNew = sampled.Differs(image, parent, resized);
            string? asOld = mustBeNew || asNew is null ? asNew : sampled.Differs(image, parent, old);
            if (asOld is not null)
            {
                return $"as the new disk: {asNew}; as the old one: {asOld}";
            }

            CheckReport report = ImageChecker.Check(Sampled.FileOf(image));
            return report.IsClean ? null : $"checker: {string.Join("; ", report.Findings)}";
        }

        private string? Complete(PagedBytes image)
        {
            CrashImageFile file = Sampled.FileOf(image);
            using DifferencingChain chain = OpenWritable(file, parent, 2);
            Resizer.Resize(chain, new ResizeOptions { DiskSizeBytes = resized.SizeBytes, DiscardsData = true });
            chain.Close();
            string? problem = ProblemOf(file.Snapshot().Cache, mustBeNew: true);
            return problem is null ? null : $"resized again: {problem}";
        }
    }
}
