using System;
using System.Collections.Generic;
using VhdxFuse.Disk;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Output;

/// <summary>Hashes of a disk and of the image files that a mount only reads, made before anybody can use it.</summary>
internal sealed class EvidenceHashes
{
    private readonly string[] _algorithms;
    private readonly Dictionary<VhdxImage, IReadOnlyDictionary<string, string>> _files = [];

    private EvidenceHashes(string[] algorithms) => _algorithms = algorithms;

    /// <summary>Lower-case hexadecimal by algorithm; null where a part of the disk can't be read, and that was to be
    /// borne.</summary>
    public IReadOnlyDictionary<string, string>? Disk { get; private init; }

    /// <summary>Reads everything once.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="algorithms">Among <see cref="RunningHash.Names"/>.</param>
    /// <exception cref="VhdxException">Something can't be read.</exception>
    public static EvidenceHashes Make(MountedDisk disk, string[] algorithms)
    {
        var hashes = new EvidenceHashes(algorithms) { Disk = DiskHashes(disk, algorithms) };
        foreach ((VhdxImage layer, LinuxFile file) in FilesOf(disk))
        {
            hashes._files[layer] = FileHashes(file, algorithms);
        }

        return hashes;
    }

    /// <returns>Null for a layer that is written, or in memory.</returns>
    public IReadOnlyDictionary<string, string>? Of(VhdxImage layer) => _files.GetValueOrDefault(layer);

    /// <summary>Reads everything once more.</summary>
    /// <returns>What isn't as it was, a line each.</returns>
    public IReadOnlyList<string> FindChanges(MountedDisk disk)
    {
        var changes = new List<string>();
        foreach ((VhdxImage layer, LinuxFile file) in FilesOf(disk))
        {
            Attempt(changes, file.Path, () =>
            {
                FindChanges(changes, file);
                Compare(changes, file.Path, _files[layer], FileHashes(file, _algorithms));
            });
        }

        if (Disk is not null && !disk.Chain.Disk.IsWritable)
        {
            Attempt(changes, disk.Image, () =>
                Compare(changes, $"the disk in {disk.Image}", Disk, DiskHashes(disk, _algorithms)));
        }

        return changes;
    }

    private static void FindChanges(List<string> changes, LinuxFile file)
    {
        FileFacts before = file.Facts;
        FileFacts now = file.ReadFacts();
        Note(changes, $"{file.Path}: size", before.LengthBytes, now.LengthBytes);
        Note(changes, $"{file.Path}: modification time", before.Modified, now.Modified);
        Note(changes, $"{file.Path}: change time", before.StatusChanged, now.StatusChanged);
        if (file.AccessTimeGuard != AccessTimeGuard.None)
        {
            Note(changes, $"{file.Path}: access time", before.Accessed, now.Accessed);
        }
    }

    private static void Note<T>(List<string> changes, string what, T before, T now)
        where T : IEquatable<T>
    {
        if (!before.Equals(now))
        {
            changes.Add($"{what} was {TextOf(before)}, is {TextOf(now)}");
        }
    }

    private static string? TextOf<T>(T value) => value is FileTime time ? Documents.Text(time) : value?.ToString();

    private static void Compare(
        List<string> changes,
        string what,
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string>? now)
    {
        foreach ((string algorithm, string hash) in before)
        {
            Note(changes, $"{what}: {algorithm}", hash, now?[algorithm] ?? "unknown");
        }
    }

    private static void Attempt(List<string> changes, string path, Action work)
    {
        try
        {
            work();
        }
        catch (VhdxException exception)
        {
            changes.Add($"{path} can't be verified: {exception.Message}");
        }
    }

    private static IEnumerable<(VhdxImage Layer, LinuxFile File)> FilesOf(MountedDisk disk)
    {
        IReadOnlyList<VhdxImage> layers = disk.Chain.Layers;
        int count = disk.Chain.Disk.IsWritable ? layers.Count - 1 : layers.Count;
        for (int i = 0; i < count; i++)
        {
            if (layers[i].Source is LinuxFile file)
            {
                yield return (layers[i], file);
            }
        }
    }

    private static IReadOnlyDictionary<string, string> FileHashes(LinuxFile file, string[] algorithms)
    {
        using var hasher = new DiskHasher(HashSource.Of(file), algorithms, 0, _ => { });
        return hasher.Run(_ => { });
    }

    private static IReadOnlyDictionary<string, string>? DiskHashes(MountedDisk disk, string[] algorithms)
    {
        try
        {
            using var hasher = new DiskHasher(disk.Chain.Disk, algorithms);
            return hasher.Run(_ => { });
        }
        catch (VhdxException) when (disk.IsBestEffort)
        {
            return null;
        }
    }
}
