using System;
using System.Threading.Tasks;
using CsCheck;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Layout;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Images;

public sealed class RamImageFileTests
{
    private const int PageBytes = 64 * Units.KiB;
    private const int ModelBytes = 5 * PageBytes;

    [Fact]
    public void It_reads_like_a_file_after_any_calls() => Gen
        .Select(Gen.Int[0, 3], Gen.Int[0, ModelBytes - 1], Gen.Int[0, 2 * PageBytes], Gen.Byte)
        .Array[1, 30]
        .Sample(calls =>
        {
            using var file = new RamImageFile("ram", ModelBytes);
            byte[] model = new byte[ModelBytes];
            int length = 0;
            foreach ((int call, int at, int wanted, byte value) in calls)
            {
                int count = int.Min(wanted, ModelBytes - at);
                switch (call)
                {
                    case 0:
                        byte[] bytes = new byte[count];
                        Array.Fill(bytes, value);
                        file.Write(new FileOffset(at), bytes);
                        bytes.CopyTo(model, at);
                        length = count == 0 ? length : int.Max(length, at + count);
                        break;
                    case 1:
                        file.WriteZeros(new FileOffset(at), count);
                        model.AsSpan(at, count).Clear();
                        length = count == 0 ? length : int.Max(length, at + count);
                        break;
                    case 2:
                        file.SetLength(at);
                        model.AsSpan(at).Clear();
                        length = at;
                        break;
                    default:
                        file.Allocate(default, length);
                        break;
                }

                byte[] found = new byte[ModelBytes];
                Assert.Equal(length, file.LengthBytes);
                Assert.Equal(length, file.Read(default, found));
                Assert.True(model.AsSpan(0, length).SequenceEqual(found.AsSpan(0, length)));
                Assert.InRange(file.NextData(new FileOffset(at)).Value, at, long.Max(at, length));
            }
        });

    [Fact]
    public void Holes_take_no_memory_and_beyond_the_capacity_there_is_no_space()
    {
        using var file = new RamImageFile("ram", 2 * PageBytes);
        file.SetLength(1L << 46);
        file.Write(new FileOffset(1L << 45), [1]);
        file.Write(new FileOffset(PageBytes - 1), [2]);

        var error = Assert.Throws<VhdxException>(() => file.Write(new FileOffset(PageBytes), [3]));
        Assert.Equal(VhdxErrorKind.NoSpace, error.Kind);
        Assert.Throws<VhdxException>(() => file.Allocate(default, 3 * PageBytes));
        Assert.Equal(1L << 46, file.LengthBytes);

        // Zeros give memory back, however long their range is.
        file.WriteZeros(default, 1L << 44);
        file.Write(new FileOffset(PageBytes), [3]);
        byte[] target = new byte[1];
        Assert.Equal(1, file.Read(new FileOffset(1L << 45), target));
        Assert.Equal(1, target[0]);
        file.SetLength(0);
        file.Write(default, new byte[2 * PageBytes]);
    }

    [Fact]
    public void Writes_at_once_all_stay_and_count_each_page_once()
    {
        const int parts = 4096;
        using var file = new RamImageFile("ram", parts * 512L);
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] bytes = new byte[512];
            Array.Fill(bytes, (byte)((i % 255) + 1));
            file.Write(new FileOffset(i * 512L), bytes);
        });

        byte[] found = new byte[parts * 512];
        Assert.Equal(found.Length, file.Read(default, found));
        for (int i = 0; i < parts; i++)
        {
            Assert.Equal(-1, found.AsSpan(i * 512, 512).IndexOfAnyExcept((byte)((i % 255) + 1)));
        }
    }

    [Fact]
    public void Writers_that_meet_in_a_new_page_never_meet_a_full_file()
    {
        for (int round = 0; round < 500; round++)
        {
            using var file = new RamImageFile("ram", 64 << 10); // one page
            Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
                file.Write(new FileOffset(i * 512L), [(byte)i]));
        }
    }
}
