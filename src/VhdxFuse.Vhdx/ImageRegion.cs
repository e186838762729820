using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx;

/// <summary>One region of an image file.</summary>
/// <param name="Id">Its GUID.</param>
/// <param name="Start">In the file.</param>
/// <param name="LengthBytes">Whole MiB.</param>
/// <param name="IsRequired">Whether a reader that doesn't know it must refuse the file.</param>
public sealed record ImageRegion(Guid Id, FileOffset Start, long LengthBytes, bool IsRequired);
