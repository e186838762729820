namespace VhdxFuse.Output;

/// <summary>A rectangle in a picture, in pixels from its upper left corner.</summary>
internal readonly record struct SvgShape(double X, double Y, double Width, double Height);
