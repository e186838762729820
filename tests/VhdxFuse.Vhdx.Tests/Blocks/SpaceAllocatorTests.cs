using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using VhdxFuse.Support.Images;
using VhdxFuse.Vhdx.Blocks;
using Xunit;

namespace VhdxFuse.Vhdx.Tests.Blocks;

/// <summary>What is handed out, against a plain list of MiBs.</summary>
public sealed class SpaceAllocatorTests
{
    private const int MiB = 1 << 20;
    private const int StepMiB = 70; // across words of the map
    private const int Takes = 40;

    // Each number takes a run of that many MiBs; below zero, it gives back one taken earlier, as zeros or not.
    [Fact]
    public void The_lowest_run_of_zeros_goes_first_then_the_lowest_of_any_then_the_file_grows() =>
        Gen.Int[-4, 3].Array[Takes].Sample(steps =>
        {
            using var file = new MemoryImageFile();
            file.SetLength(MiB);
            var space = new SpaceAllocator(file, StepMiB * (long)MiB);
            Assert.True(space.TryMark(default, MiB));
            space.Settle(keepTail: false);
            var model = new Model();
            var taken = new List<FileSpace>();
            foreach (int step in steps)
            {
                if (step >= 0)
                {
                    FileSpace given = space.Take((step + 1L) * MiB);
                    Assert.Equal(model.Take(step + 1), ((int)(given.At.Value / MiB), given.Class));
                    Assert.Equal(model.LengthMiB * (long)MiB, file.LengthBytes);
                    taken.Add(given);
                }
                else if (taken.Count > 0)
                {
                    FileSpace given = taken[^Math.Min(-step, taken.Count)];
                    taken.Remove(given);
                    SpaceClass @class = step % 2 == 0 ? SpaceClass.Zero : SpaceClass.Dirty;
                    space.Free(given.At, given.LengthBytes, @class);
                    model.Free((int)(given.At.Value / MiB), (int)(given.LengthBytes / MiB), @class);
                }
            }
        });

    private sealed class Model
    {
        private string _map = "."; // a letter for each MiB: '.' taken, '0' zeros, 'd' dirty

        public int LengthMiB => _map.Length;

        public (int First, SpaceClass Class) Take(int count)
        {
            int first = _map.IndexOf(new string('0', count), StringComparison.Ordinal);
            SpaceClass @class = SpaceClass.Zero;
            if (first < 0)
            {
                @class = SpaceClass.Dirty;
                first = string.Concat(_map.Select(c => c == '0' ? 'd' : c))
                    .IndexOf(new string('d', count), StringComparison.Ordinal);
            }

            if (first < 0)
            {
                _map += new string('0', StepMiB);
                return Take(count);
            }

            Put(first, count, '.');
            return (first, @class);
        }

        public void Free(int first, int count, SpaceClass @class) =>
            Put(first, count, @class == SpaceClass.Zero ? '0' : 'd');

        private void Put(int first, int count, char letter) =>
            _map = string.Concat(_map.AsSpan(0, first), new string(letter, count), _map.AsSpan(first + count));
    }
}
