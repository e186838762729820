using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using VhdxFuse.Mount.Tests.Hosting;
using VhdxFuse.Support;
using Xunit;

namespace VhdxFuse.Mount.Tests.Writing;

/// <summary>kill -9 of the mount in the middle of writes: the image opens, and nothing that was synced is
/// lost.</summary>
/// <remarks>Each 4 KiB the writer writes bears its place and a version, in every sector. VHDXFUSE_KILL_ROUNDS says how
/// many times the mount is killed.</remarks>
[Collection(AloneOnTheDisk.Name)]
public sealed class KillTests
{
    private const int PageBytes = 4096;
    private const int SectorBytes = 512;
    private const int Pages = 64 * Sandbox.MiB / PageBytes;
    private const int DefaultRounds = 3;

    private readonly int[] _written = new int[Pages]; // the newest version that was handed to the mount
    private readonly int[] _synced = new int[Pages]; // the newest version that an fsync covers
    private int _version;

    [ProgramFact(Need.Fuse | Need.Root, "qemu-img", "kill")]
    public async Task Nothing_synced_is_lost_however_often_the_mount_is_killed()
    {
        string? rounds = Environment.GetEnvironmentVariable("VHDXFUSE_KILL_ROUNDS");
        int count = rounds is null ? DefaultRounds : int.Parse(rounds, CultureInfo.InvariantCulture);
        await using var box = new Sandbox();
        box.Refill((long)Pages * PageBytes);
        for (int round = 0; round < count; round++)
        {
            var random = new Random(round);
            await using (Child server = await box.Serve("--rw"))
            {
                Check(box, round);
                int until = _version + random.Next(50, 800);
                Task writing = Task.Run(() => WriteUntilItFails(box.Disk, random));
                await Eventually.True(
                    () => Volatile.Read(ref _version) >= until || writing.IsCompleted, "writes");
                await box.Signal(server, "KILL");
                _ = await server.End();
                await writing.WaitAsync(Eventually.Deadline);
            }

            await box.Succeed("umount", "-l", box.Point);

            // QEMU replays the log that was left: on a copy, so that ours is replayed by us.
            File.Copy(box.Image, box.PathOf("copy.vhdx"), overwrite: true);
            _ = ToolRun.Expect("qemu-img", "check", "-r", "all", box.PathOf("copy.vhdx"));
        }

        await using (Child server = await box.Serve("--rw"))
        {
            Check(box, count);
            await box.Succeed("umount", box.Point);
            Assert.Equal(0, (await server.End()).ExitCode);
        }

        _ = ToolRun.Expect("qemu-img", "check", box.Image);
        _ = ToolRun.Expect("qemu-img", "compare", "-f", "vhdx", "-F", "vhdx", box.Image, box.PathOf("copy.vhdx"));
    }

    private static void Stamp(Span<byte> page, int index, int version)
    {
        for (int at = 0; at < PageBytes; at += SectorBytes)
        {
            Span<byte> sector = page.Slice(at, SectorBytes);
            sector.Fill((byte)version);
            BitConverter.TryWriteBytes(sector, index);
            BitConverter.TryWriteBytes(sector[4..], version);
        }
    }

    private void WriteUntilItFails(string disk, Random random)
    {
        byte[] page = new byte[PageBytes];
        var sinceSync = new List<int>();
        try
        {
            using SafeFileHandle handle = File.OpenHandle(
                disk, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            while (true)
            {
                int index = random.Next(Pages);
                int version = _version + 1;
                Stamp(page, index, version);
                _written[index] = version; // before: a write that fails may have arrived
                Volatile.Write(ref _version, version);
                RandomAccess.Write(handle, page, (long)index * PageBytes);
                sinceSync.Add(index);
                if (random.Next(6) == 0)
                {
                    RandomAccess.FlushToDisk(handle);
                    foreach (int synced in sinceSync)
                    {
                        _synced[synced] = _written[synced];
                    }

                    sinceSync.Clear();
                }
            }
        }
        catch (IOException)
        {
            // The mount is gone.
        }
    }

    // One version per sector: at least the synced one, and at most the newest that was written.
    private void Check(Sandbox box, int round)
    {
        byte[] disk = File.ReadAllBytes(box.Disk);
        for (int index = 0; index < Pages; index++)
        {
            for (int at = 0; at < PageBytes; at += SectorBytes)
            {
                ReadOnlySpan<byte> sector = disk.AsSpan((index * PageBytes) + at, SectorBytes);
                int version = BitConverter.ToInt32(sector[4..]);
                Assert.True(
                    version >= _synced[index] && version <= _written[index],
                    $"round {round}, page {index}, sector {at}: version {version} is not in "
                    + $"{_synced[index]}..{_written[index]}");
                Assert.True(version == 0
                    ? sector.IndexOfAnyExcept((byte)0) < 0
                    : BitConverter.ToInt32(sector) == index && sector[8..].IndexOfAnyExcept((byte)version) < 0);
            }
        }

        // What is there now was there before the next round's writes, synced or not: it is the least from here on.
        for (int index = 0; index < Pages; index++)
        {
            _synced[index] = 0;
            _written[index] = int.Max(_written[index], 0);
            int found = BitConverter.ToInt32(disk.AsSpan((index * PageBytes) + 4, 4));
            _synced[index] = found;
            _written[index] = int.Max(_written[index], found);
        }
    }
}
