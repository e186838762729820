using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>
/// Finds the parent of a differencing image: the locator's paths in the order relative, volume, absolute, then the
/// folders the user named; the linkage decides whether a file found is the parent (R-PAR-4, R-PAR-5, R-PAR-7).
/// </summary>
internal sealed class ParentFinder
{
    private readonly IParentSource _source;
    private readonly OpenOptions _options;
    private readonly VhdxImage _child;
    private readonly IReadOnlySet<string> _chain;
    private readonly List<string> _mismatches = [];
    private VhdxException? _failure;
    private string? _loop;

    private ParentFinder(IParentSource source, OpenOptions options, VhdxImage child, IReadOnlySet<string> chain)
    {
        _source = source;
        _options = options;
        _child = child;
        _chain = chain;
    }

    /// <summary>Opens the parent.</summary>
    /// <param name="source">Where files are looked for.</param>
    /// <param name="options">Folders and mappings.</param>
    /// <param name="child">A differencing image.</param>
    /// <param name="chain">Identities of the child and all above it (R-PAR-8).</param>
    /// <exception cref="VhdxException">ParentMissing, ParentMismatch, ParentLoop, or what kept the file at one of the
    /// locator's paths from being opened.</exception>
    public static VhdxImage Find(
        IParentSource source, OpenOptions options, VhdxImage child, IReadOnlySet<string> chain) =>
        new ParentFinder(source, options, child, chain).Find();

    private VhdxImage Find()
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        foreach (Place place in Places())
        {
            string? path = place.Folder is null ? null : _source.Find(place.Folder, place.Names);
            if (path is null)
            {
                Report(place, null, place.Folder is null ? ParentVerdict.NotFollowed : ParentVerdict.NotFound);
            }
            else if (tried.Add(path) && TryOpen(place, path) is { } parent)
            {
                return parent;
            }
        }

        throw Failure();
    }

    private IEnumerable<Place> Places()
    {
        ParentLocator locator = _child.ParentLocator!;
        if (locator.RelativePath is { } relative)
        {
            yield return new Place(relative, _source.FolderOf(_child.File), PathMapping.ComponentsOf(relative));
        }

        foreach (string? path in (string?[])[locator.VolumePath, locator.AbsolutePath])
        {
            bool isMapped = path is null;
            foreach (PathMapping mapping in _options.Mappings)
            {
                if (path is not null && mapping.Below(PathMapping.ComponentsOf(path)) is { } below)
                {
                    isMapped = true;
                    yield return new Place(path, mapping.Folder, below);
                }
            }

            if (!isMapped)
            {
                yield return new Place(path!, null, []);
            }
        }

        foreach (string folder in _options.ParentFolders)
        {
            foreach (string? path in (string?[])[locator.RelativePath, locator.VolumePath, locator.AbsolutePath])
            {
                if (path is not null && PathMapping.ComponentsOf(path) is [.., var name])
                {
                    yield return new Place(path, folder, [name]);
                }
            }
        }
    }

    private VhdxImage? TryOpen(in Place place, string path)
    {
        IImageFile? file = null;
        VhdxImage? image = null;
        try
        {
            file = _source.Open(path);
            if (_chain.Contains(file.Identity))
            {
                _loop ??= path;
                Report(place, path, ParentVerdict.InChain);
                return null;
            }

            image = ImageOpener.Open(file, _options);
            file = null; // the image's now
            Guid found = image.DataWriteGuid;
            VhdxImage? parent = TakeIfParent(ref image);
            Report(place, path, parent is null ? ParentVerdict.OtherIdentity : ParentVerdict.Parent, found);
            return parent;
        }
        catch (VhdxException e)
        {
            // R-PAR-4: another path may still lead to the parent; if none does, the first failure is the answer.
            _failure ??= e;
            Report(place, path, ParentVerdict.Failed, failure: e);
            return null;
        }
        finally
        {
            file?.Dispose();
            image?.Dispose();
        }
    }

    private void Report(
        in Place place, string? path, ParentVerdict verdict, Guid? found = null, VhdxException? failure = null) =>
        _options.ParentTried?.Invoke(new ParentCandidate
        {
            ChildPath = _child.Path,
            RecordedPath = place.RecordedPath,
            Folder = place.Folder,
            Path = path,
            Verdict = verdict,
            Expected = _child.ParentLocator!.Linkage,
            Found = found,
            Failure = failure,
        });

    private VhdxImage? TakeIfParent(ref VhdxImage? image)
    {
        VhdxImage candidate = image!;
        if (!_child.ParentLocator!.Accepts(candidate.DataWriteGuid))
        {
            _mismatches.Add($"{OneLine.Escape(candidate.Path)} has {candidate.DataWriteGuid:B}");
            return null;
        }

        if (candidate.Geometry.LogicalSectorSizeBytes != _child.Geometry.LogicalSectorSizeBytes)
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                _child.Path,
                $"logical sectors have {_child.Geometry.LogicalSectorSizeBytes} bytes, those of its parent " +
                $"{OneLine.Escape(candidate.Path)} {candidate.Geometry.LogicalSectorSizeBytes}").Breaking("R-PAR-8");
        }

        image = null; // the caller's now
        return candidate;
    }

    private VhdxException Failure()
    {
        ParentLocator locator = _child.ParentLocator!;
        if (_loop is not null)
        {
            return new VhdxException(
                VhdxErrorKind.ParentLoop,
                _child.Path,
                $"its parent {OneLine.Escape(_loop)} is an image above it in the chain");
        }

        if (_failure is not null)
        {
            return _failure;
        }

        return _mismatches.Count > 0
            ? new VhdxException(
                VhdxErrorKind.ParentMismatch,
                _child.Path,
                $"needs a parent with DataWriteGuid {locator.Linkage:B}, but {string.Join(", ", _mismatches)}")
            : new VhdxException(
                VhdxErrorKind.ParentMissing,
                _child.Path,
                $"no parent found; it is named as {Names(locator)} with DataWriteGuid {locator.Linkage:B}");
    }

    private static string Names(ParentLocator locator)
    {
        var names = new List<string>(3);
        foreach (string? path in (string?[])[locator.RelativePath, locator.VolumePath, locator.AbsolutePath])
        {
            if (path is not null)
            {
                names.Add($"'{OneLine.Escape(path)}'");
            }
        }

        return string.Join(", ", names);
    }

    /// <summary>Where a recorded path leads here; without a folder it isn't followed.</summary>
    private readonly record struct Place(string RecordedPath, string? Folder, IReadOnlyList<string> Names);
}
