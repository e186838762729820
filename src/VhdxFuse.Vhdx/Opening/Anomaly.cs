namespace VhdxFuse.Vhdx.Opening;

/// <summary>Something out of the ordinary that didn't keep an image from being read right.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="ImagePath">Which file.</param>
/// <param name="Detail">For people: one line.</param>
public sealed record Anomaly(AnomalyKind Kind, string ImagePath, string Detail);
