using System;
using System.Buffers.Binary;
using System.Linq;
using VhdxFuse.Support;
using VhdxFuse.Support.Crash;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Checking;
using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Layout;
using VhdxFuse.Vhdx.Opening;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Checking;

/// <summary>Images with damage by chance, the same in each run: check and repair end, an image that check calls clean
/// can be read whole, and a repaired one is clean.</summary>
public sealed class RandomDamageTests
{
    private const int MiB = 1 << 20;
    private const int Rounds = 80;

    /// <summary>Where damage is told of by no checksum, or where the checksum is made right again.</summary>
    private static readonly (long At, int LengthBytes, int SealedBytes)[] Places =
    [
        (0x10000, 80, 4096), // headers
        (0x20000, 80, 4096),
        (0x30000, 96, 65536), // region tables
        (0x40000, 96, 65536),
        (2 * MiB, 256, 0), // metadata table and items
        ((2 * MiB) + 65536, 300, 0),
        (3 * MiB, 64, 0), // table of blocks: payload, the bitmap's entry
        (3 * MiB, 64, 0),
        ((3 * MiB) + (4096 * 8), 8, 0),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Check_and_repair_end_and_what_is_called_clean_can_be_read(bool isChild)
    {
        ImageDraft draft = isChild
            ? new ChainFixture().Child : new ImageDraft { DiskSizeBytes = 8 * MiB, BlockSizeBytes = MiB };
        draft.Blocks[0] = PayloadBlock.Present(BlockContent.Stamped());
        draft.Blocks[7] = PayloadBlock.Present(BlockContent.Stamped());
        MemoryImageFile sound = draft.Build();
        int repaired = 0;
        int clean = 0;
        for (ulong seed = 0; seed < Rounds; seed++)
        {
            MemoryImageFile file = sound.Clone();
            Damage(file, new Dice(seed));
            file.ResetCounts();
            CheckReport report = ImageChecker.Check(file);
            if (report.IsClean)
            {
                clean++;
                VirtualDisk disk = new([VhdxImage.Open(file.Reopen(), new OpenOptions())]);
                disk.Read(0, new byte[long.Min(disk.LengthBytes, 16 * MiB)]);
            }

            repaired += IsRepaired(file, seed) ? 1 : 0;
            Assert.Equal(0, file.Writes);
        }

        Assert.True(repaired > Rounds / 3, $"only {repaired} of {Rounds} were repaired");
        Assert.True(clean > Rounds / 20, $"only {clean} of {Rounds} were clean");
    }

    private static bool IsRepaired(MemoryImageFile file, ulong seed)
    {
        var target = new MemoryImageFile("new.vhdx");
        try
        {
            ImageRepair.Write(file, target, new OpenOptions { Guids = new FixedGuids() });
        }
        catch (VhdxException error) when (error.Kind == VhdxErrorKind.Corrupt)
        {
            return false;
        }

        Finding[] findings = [.. ImageChecker.Check(target).Findings];
        Assert.True(findings.Length == 0, $"seed {seed}: {string.Join('\n', findings.Select(f => f.ToString()))}");
        return true;
    }

    private static void Damage(MemoryImageFile file, Dice dice)
    {
        for (int faults = 1 + dice.Below(3); faults > 0; faults--)
        {
            (long at, int length, int sealedBytes) = Places[dice.Below(Places.Length)];
            byte[] bytes = new byte[int.Max(length, sealedBytes)];
            file.Read(new FileOffset(at), bytes);
            if (dice.OneIn(2))
            {
                bytes[dice.Below(length)] = (byte)dice.Next();
            }
            else
            {
                // An entry that may well be: any state, a place in the file or near it.
                ulong entry = ((dice.Next() % 16) << 20) + (dice.Next() % 8);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(dice.Below(length / 8) * 8), entry);
            }

            if (sealedBytes > 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.OfStructure(bytes, 4));
            }

            file.Write(new FileOffset(at), bytes);
        }
    }
}
