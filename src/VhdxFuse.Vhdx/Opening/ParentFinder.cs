using System;
using System.Collections.Generic;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx.Opening;

/// <summary>
/// Finds the parent of a differencing image: the locator's paths in the order relative, volume, absolute, then by
/// name in the folders the user named and in the child's own; the linkage decides whether a file found is the parent
/// (R-PAR-4, R-PAR-5, R-PAR-7).
/// </summary>
internal sealed class ParentFinder
{
    private readonly IParentSource _source;
    private readonly OpenOptions _options;
    private readonly VhdxImage _child;
    private readonly IReadOnlySet<string> _chain;
    private readonly List<string> _mismatches = [];
    private VhdxException? _failure;
    private VhdxImage? _misfit; // the first of another identity, kept while it may still be wanted
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
    /// <returns>Null when there is none and that is to be borne: the child then says why.</returns>
    /// <exception cref="VhdxException">ParentMissing, ParentMismatch, ParentLoop, or what kept the file at one of the
    /// locator's paths from being opened.</exception>
    public static VhdxImage? Find(
        IParentSource source, OpenOptions options, VhdxImage child, IReadOnlySet<string> chain)
    {
        var finder = new ParentFinder(source, options, child, chain);
        try
        {
            VhdxImage? parent = finder.Find();
            return parent is not null || !options.BestEffort ? parent ?? throw finder.Failure() : finder.MakeDo();
        }
        finally
        {
            finder._misfit?.Dispose();
        }
    }

    private VhdxImage? Find()
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

        return null;
    }

    // What the child shows without its parent, or over one that was changed or replaced, is for the user to judge. But
    // nothing stands in for a file that only can't be read now: it may be the right one.
    private VhdxImage? MakeDo()
    {
        VhdxException failure = Failure();
        bool isToBeMended = failure.Kind
            is VhdxErrorKind.ParentLoop or VhdxErrorKind.Locked or VhdxErrorKind.AccessTimeAtRisk;
        if (isToBeMended || (failure.Kind == VhdxErrorKind.Io && _misfit is not null))
        {
            throw failure;
        }

        if (_misfit is { } misfit)
        {
            _misfit = null; // the caller's now
            string also = _failure is null ? "" : $"{Detail(_failure)}; ";
            _child.Note(
                AnomalyKind.ParentMismatch, $"{also}{Mismatch()}; {OneLine.Escape(misfit.Path)} is taken all the same");
            return misfit;
        }

        _child.Note(AnomalyKind.ParentMissing, Detail(failure));
        _child.ParentDefect = failure;
        return null;
    }

    private string Detail(VhdxException failure) =>
        string.Equals(failure.ImagePath, _child.Path, StringComparison.Ordinal) ? failure.Detail : failure.Message;

    private IEnumerable<Place> Places()
    {
        ParentLocator locator = _child.ParentLocator!;
        if (locator.RelativePath is { } relative)
        {
            yield return new Place(
                ParentTrail.RelativePath,
                relative,
                _source.FolderOf(_child.File),
                PathMapping.ComponentsOf(relative));
        }

        foreach ((string? path, ParentTrail trail) in ((string?, ParentTrail)[])
            [(locator.VolumePath, ParentTrail.VolumePath), (locator.AbsolutePath, ParentTrail.AbsolutePath)])
        {
            bool isMapped = path is null;
            foreach (PathMapping mapping in _options.Mappings)
            {
                if (path is not null && mapping.Below(PathMapping.ComponentsOf(path)) is { } below)
                {
                    isMapped = true;
                    yield return new Place(trail, path, mapping.Folder, below);
                }
            }

            if (!isMapped)
            {
                yield return new Place(trail, path!, null, []);
            }
        }

        foreach (string folder in _options.ParentFolders)
        {
            foreach (Place place in ByName(ParentTrail.ParentFolder, folder))
            {
                yield return place;
            }
        }

        // A chain that was copied into one folder, whatever it was scattered over before.
        foreach (Place place in ByName(ParentTrail.ChildFolder, _source.FolderOf(_child.File)))
        {
            yield return place;
        }
    }

    private IEnumerable<Place> ByName(ParentTrail trail, string folder)
    {
        ParentLocator locator = _child.ParentLocator!;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (trail == ParentTrail.ChildFolder
            && locator.RelativePath is { } relative && PathMapping.ComponentsOf(relative) is [var beside])
        {
            names.Add(beside); // looked for already
        }

        foreach (string? path in (string?[])[locator.RelativePath, locator.VolumePath, locator.AbsolutePath])
        {
            if (path is not null && PathMapping.ComponentsOf(path) is [.., var name] && names.Add(name))
            {
                yield return new Place(trail, path, folder, [name]);
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
            image.FoundBy = place.Trail;
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
            Trail = place.Trail,
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
        bool isParent = _child.ParentLocator!.Accepts(candidate.DataWriteGuid);
        if (!isParent)
        {
            _mismatches.Add($"{OneLine.Escape(candidate.Path)} has {candidate.DataWriteGuid:B}");
            if (!_options.BestEffort || _misfit is not null)
            {
                return null;
            }
        }

        if (candidate.Geometry.LogicalSectorSizeBytes != _child.Geometry.LogicalSectorSizeBytes)
        {
            throw new VhdxException(
                VhdxErrorKind.ParentMismatch,
                _child.Path,
                $"logical sectors have {_child.Geometry.LogicalSectorSizeBytes} bytes, those of its parent " +
                $"{OneLine.Escape(candidate.Path)} {candidate.Geometry.LogicalSectorSizeBytes}").Breaking("R-PAR-8");
        }

        image = null; // the caller's now, or kept
        _misfit = isParent ? _misfit : candidate;
        return isParent ? candidate : null;
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
                Mismatch())
            : new VhdxException(
                VhdxErrorKind.ParentMissing,
                _child.Path,
                $"no parent found; it is named as {Names(locator)} with DataWriteGuid {locator.Linkage:B}");
    }

    private string Mismatch() => $"needs a parent with DataWriteGuid {_child.ParentLocator!.Linkage:B}, but "
        + string.Join(", ", _mismatches);

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
    private readonly record struct Place(
        ParentTrail Trail, string RecordedPath, string? Folder, IReadOnlyList<string> Names);
}
