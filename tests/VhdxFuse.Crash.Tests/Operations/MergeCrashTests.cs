using System;
using System.Collections.Generic;
using VhdxFuse.Crash.Tests.Scripts;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;
using Xunit;

namespace VhdxFuse.Crash.Tests.Operations;

/// <summary>
/// A power cut anywhere inside a merge, which two files share: each keeps its own of what was pending. The child opens
/// over the parent and shows its disk; merging again completes the work.
/// </summary>
public sealed class MergeCrashTests
{
    private const int ImagesPerPoint = 40;
    private const int OthersPerImage = 3;
    private const int CompletedPerPoint = 2;

    [Theory]
    [InlineData(ImageKind.Dynamic, 8, 8)]
    [InlineData(ImageKind.Dynamic, 6, 9)]
    [InlineData(ImageKind.Dynamic, 9, 6)]
    [InlineData(ImageKind.Fixed, 6, 8)]
    [Rule("R-PAR-11")]
    public void A_cut_leaves_a_child_that_shows_its_disk_and_can_be_merged_again(
        ImageKind kind, int parentMiB, int childMiB)
    {
        (ImageDraft parentDraft, ImageDraft childDraft) = Drafts(kind, parentMiB, childMiB);
        using var run = new Run(
            Sampled.PagesOf(childDraft),
            Sampled.PagesOf(parentDraft),
            childDraft.ExpectedDisk(parentDraft.ExpectedDisk()),
            new Sampled(parentDraft.DiskSizeBytes, childDraft.DiskSizeBytes));
        run.Merge();
        Assert.Null(run.Problem);
        Assert.InRange(run.ImageCount, 100, 100_000);
    }

    // In the child a block in each state; both files with old bytes behind the ends of their disks.
    private static (ImageDraft Parent, ImageDraft Child) Drafts(ImageKind kind, int parentMiB, int childMiB)
    {
        var parent = new ImageDraft
        {
            Path = "/memory/parent.vhdx",
            Kind = kind,
            DiskSizeBytes = (parentMiB * Units.MiB) - (64 * 512),
            BlockSizeBytes = Units.MiB,
        };
        foreach (int block in (int[])[0, 2, 3, 5, parentMiB - 1])
        {
            parent.Blocks[block] = PayloadBlock.Present(BlockContent.Filled((byte)(0x10 + block)));
        }

        ImageDraft child = parent.NewChild("/memory/child.vhdx");
        child.DiskSizeBytes = (childMiB * Units.MiB) - (32 * 512);
        child.Blocks[1] = PayloadBlock.Present(BlockContent.Filled(0xC1));
        child.Blocks[2] = PayloadBlock.InState(PayloadBlockState.Zero);
        child.Blocks[3] = PayloadBlock.Partial(BlockContent.Filled(0xC3), 0, 2, 9);
        child.Blocks[4] = PayloadBlock.Partial(BlockContent.Filled(0xC4), 9);
        child.Blocks[childMiB - 1] = PayloadBlock.Present(BlockContent.Filled(0xCC));
        return (parent, child);
    }

    private sealed class Run : IDisposable
    {
        private readonly CrashImageFile _child;
        private readonly CrashImageFile _parent;
        private readonly ReferenceDisk _disk;
        private readonly Sampled _sampled;
        private readonly HashSet<(UInt128, UInt128)> _seen = [];

        public Run(PagedBytes child, PagedBytes parent, ReferenceDisk disk, Sampled sampled)
        {
            _disk = disk;
            _sampled = sampled;
            _child = new CrashImageFile(CrashPoint.Settled(child), "/memory/child.vhdx");
            _parent = new CrashImageFile(CrashPoint.Settled(parent), "/memory/parent.vhdx");
            _child.Watch = (operation, phase) => Look(operation, phase, inChild: true);
            _parent.Watch = (operation, phase) => Look(operation, phase, inChild: false);
        }

        public string? Problem { get; private set; }

        public int ImageCount { get; private set; }

        public void Dispose()
        {
            _child.Dispose();
            _parent.Dispose();
        }

        public void Merge()
        {
            Merge(_child, _parent, 1);
            Judge(inChild: false, isDone: true);
            Judge(inChild: true, isDone: true);
        }

        private static void Merge(CrashImageFile child, CrashImageFile parent, short kind) => Merger.Merge(
            child,
            parent,
            Sampled.ParentOf(null),
            new OpenOptions { Guids = new CountingGuids(kind), LapSectors = 9, ExtensionBytes = Units.MiB },
            new MergeOptions());

        private void Look(FileOperation operation, FilePhase phase, bool inChild)
        {
            if (operation.Kind == FileOperationKind.Flush && phase == FilePhase.Before)
            {
                Judge(inChild, isDone: false);
            }
        }

        // All that the file may be which is about to be flushed, each with some that the other may be.
        private void Judge(bool inChild, bool isDone)
        {
            CrashPoint point = (inChild ? _child : _parent).Snapshot();
            CrashPoint otherPoint = (inChild ? _parent : _child).Snapshot();
            int completed = 0;
            foreach (CrashImage image in ImageJudge.ImagesOf(point, ImagesPerPoint, seed: 1))
            {
                for (int other = 0; other < OthersPerImage && Problem is null; other++)
                {
                    PagedBytes beside = CrashImages.Pick(otherPoint, other).Bytes;
                    (PagedBytes child, PagedBytes parent) = inChild ? (image.Bytes, beside) : (beside, image.Bytes);
                    if (_seen.Add((child.Hash, parent.Hash)) || isDone)
                    {
                        ImageCount++;
                        Problem = ProblemOf(child, parent, isDone)
                            ?? (completed++ < CompletedPerPoint ? Complete(child, parent) : null);
                        Problem = Problem is null
                            ? null
                            : $"{Problem}; {(inChild ? "child" : "parent")} {image.Describe(point)}";
                    }
                }
            }
        }

        private string? ProblemOf(PagedBytes child, PagedBytes parent, bool isDone)
        {
            if (_sampled.Differs(child, parent, _disk) is { } childs)
            {
                return $"the child: {childs}";
            }

            if (isDone && _sampled.Differs(parent, null, _disk) is { } parents)
            {
                return $"the parent: {parents}";
            }

            foreach (PagedBytes image in (PagedBytes[])[child, parent])
            {
                CheckReport report = ImageChecker.Check(Sampled.FileOf(image));
                if (!report.IsClean)
                {
                    return $"checker: {string.Join("; ", report.Findings)}";
                }
            }

            return null;
        }

        private string? Complete(PagedBytes child, PagedBytes parent)
        {
            var childFile = new CrashImageFile(CrashPoint.Settled(child), "/memory/child.vhdx");
            var parentFile = new CrashImageFile(CrashPoint.Settled(parent), "/memory/parent.vhdx");
            Merge(childFile, parentFile, 2);
            return ProblemOf(childFile.Snapshot().Cache, parentFile.Snapshot().Cache, isDone: true) is { } problem
                ? $"merged again: {problem}"
                : null;
        }
    }
}
