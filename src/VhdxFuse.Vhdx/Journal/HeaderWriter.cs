using VhdxFuse.Vhdx.Format;
using VhdxFuse.Vhdx.Images;

namespace VhdxFuse.Vhdx.Journal;

/// <summary>
/// Updates the headers (R-HUP-1): always over the slot that isn't current, so that one valid header is left whatever a
/// crash tears. The caller flushes before the next update: never are two slots in flight.
/// </summary>
internal sealed class HeaderWriter(IImageFile file, HeaderPair pair)
{
    private readonly byte[] _bytes = new byte[VhdxHeader.SizeBytes];
    private HeaderPair _pair = pair;

    public VhdxHeader Current => _pair.Current;

    /// <summary>Writes the other slot, which is current from now on; durable after the next flush.</summary>
    /// <param name="changed">What it shall hold; number and log version are set here.</param>
    /// <exception cref="VhdxException">LimitExceeded: there is no greater sequence number.</exception>
    public void Update(VhdxHeader changed)
    {
        // R-HDR-10
        if (Current.SequenceNumber == ulong.MaxValue)
        {
            throw new VhdxException(
                VhdxErrorKind.LimitExceeded,
                file.Path,
                HeaderPair.OffsetOf(_pair.CurrentSlot) + 8,
                "the header's sequence number is the greatest there is: the headers can't be updated");
        }

        // R-HDR-7: whatever version an unnamed log had, ours is 0.
        VhdxHeader next = changed with { SequenceNumber = Current.SequenceNumber + 1, LogVersion = 0 };
        int slot = 1 - _pair.CurrentSlot;
        next.Write(_bytes);
        file.Write(HeaderPair.OffsetOf(slot), _bytes);
        _pair = new HeaderPair(next, slot, _pair.Current);
    }
}
