namespace VhdxFuse.Vhdx.Operations;

/// <summary>The parent that a new differencing image will name (R-CRE-3).</summary>
/// <param name="Image">Open: its identity, sizes and disk id are taken from it.</param>
/// <param name="RelativePath">From the child's folder, as Windows writes it: <c>.\base.vhdx</c>.</param>
/// <param name="AbsolutePath">As Windows writes it, <c>\\?\C:\VMs\base.vhdx</c>; null for none.</param>
public sealed record ParentReference(VhdxImage Image, string RelativePath, string? AbsolutePath = null);
