using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;

namespace VhdxFuse.Vhdx.Checking;

/// <summary>Checks an image and its parents, one after the other, each against the one below it. Ends where a parent
/// can't be found or opened; one that was found is checked even so.</summary>
internal sealed class ChainCheck(IParentSource parents, OpenOptions open, CheckOptions options)
{
    private readonly List<CheckReport> _reports = [];
    private readonly HashSet<string> _identities = new(StringComparer.Ordinal);

    public IReadOnlyList<CheckReport> Run(IImageFile file)
    {
        VhdxImage? image = TryOpen(file); // not disposed: the file isn't ours
        bool isParent = false;
        while (true)
        {
            IImageFile source = image?.Source ?? file;
            _identities.Add(source.Identity);
            VhdxImage? parent = null;
            try
            {
                parent = Check(source, image);
            }
            finally
            {
                if (isParent)
                {
                    image?.Dispose();
                }
            }

            if (parent is null)
            {
                return _reports;
            }

            (image, isParent) = (parent, true);
        }
    }

    /// <returns>Its parent, opened; null at the end of the chain.</returns>
    private VhdxImage? Check(IImageFile source, VhdxImage? image)
    {
        VhdxImage? parent = null;
        VhdxException? fault = null;
        try
        {
            parent = image is { Type: DiskType.Differencing } ? Find(image) : null;
        }
        catch (VhdxException error)
        {
            fault = error;
        }

        bool complete = false;
        try
        {
            CheckReport report = ImageChecker.Check(source, options with { Parent = parent });
            _reports.Add(fault is null ? NoteUnopened(report, image) : With(report, FindingOf(fault, source)));
            if (fault is { Kind: not VhdxErrorKind.Io }
                && !string.Equals(fault.ImagePath, source.Path, StringComparison.Ordinal))
            {
                CheckBroken(fault.ImagePath);
            }

            complete = true;
            return parent;
        }
        finally
        {
            if (!complete)
            {
                parent?.Dispose();
            }
        }
    }

    private void CheckBroken(string path)
    {
        try
        {
            using IImageFile broken = parents.Open(path);
            _reports.Add(ImageChecker.Check(broken, options with { Parent = null }));
        }
        catch (VhdxException)
        {
            // It can't be opened at all, or not be read: its child's finding says so.
        }
    }

    private VhdxImage? Find(VhdxImage image) => _identities.Count < OpenOptions.MaxChainDepth
        ? ParentFinder.Find(parents, open, image, _identities)
        : throw new VhdxException(
            VhdxErrorKind.LimitExceeded,
            image.Path,
            $"the chain has more than {OpenOptions.MaxChainDepth} layers").Breaking("R-PAR-8");

    private VhdxImage? TryOpen(IImageFile file)
    {
        try
        {
            return VhdxImage.Open(file, open);
        }
        catch (VhdxException error) when (error.Kind != VhdxErrorKind.Io)
        {
            return null; // the check says why
        }
    }

    private static Finding FindingOf(VhdxException fault, IImageFile child)
    {
        string rule = fault.RuleId ?? fault.Kind switch
        {
            VhdxErrorKind.ParentMismatch => "R-PAR-7",
            VhdxErrorKind.ParentLoop => "R-PAR-8",
            _ => "R-PAR-4",
        };
        bool isOfParent = !string.Equals(fault.ImagePath, child.Path, StringComparison.Ordinal);
        return new Finding(
            FindingSeverity.Error,
            isOfParent ? "R-PAR-4" : rule,
            null,
            isOfParent ? $"its parent can't be opened: {fault.Message}" : fault.Detail);
    }

    private static CheckReport NoteUnopened(CheckReport report, VhdxImage? image) =>
        image is null && report.Geometry is { HasParent: true }
            ? With(report, new Finding(
                FindingSeverity.Info, "R-PAR-4", null, "its parent wasn't looked for: it can't be opened itself"))
            : report;

    private static CheckReport With(CheckReport report, Finding finding) => report with
    {
        Findings = [.. report.Findings, finding],
        IsClean = report.IsClean && finding.Severity != FindingSeverity.Error,
    };
}
