using System;
using VhdxFuse.Vhdx.Layout;

namespace VhdxFuse.Vhdx;

/// <summary>An image that can't be read as asked: what, in which file, where in it.</summary>
/// <remarks>The message is one line: <c>IMAGE: at 0x101000: log entry checksum is 1a2b3c4d, expected
/// 99887766</c>.</remarks>
public sealed class VhdxException : Exception
{
    /// <summary>Makes an error about a whole file.</summary>
    public VhdxException(VhdxErrorKind kind, string imagePath, string detail)
        : this(kind, imagePath, detail, null)
    {
    }

    /// <summary>Makes an error about a whole file that has a cause of its own.</summary>
    public VhdxException(VhdxErrorKind kind, string imagePath, string detail, Exception? cause)
        : base($"{OneLine.Escape(imagePath)}: {detail}", cause)
    {
        Kind = kind;
        ImagePath = imagePath;
        Detail = detail;
    }

    /// <summary>Makes an error about a place in a file.</summary>
    public VhdxException(VhdxErrorKind kind, string imagePath, FileOffset at, string detail)
        : base($"{OneLine.Escape(imagePath)}: at 0x{at.Value:x}: {detail}")
    {
        Kind = kind;
        ImagePath = imagePath;
        FileOffset = at;
        Detail = detail;
    }

    /// <summary>What control flow may depend on.</summary>
    public VhdxErrorKind Kind { get; }

    /// <summary>The image the error is about: in a chain, the layer.</summary>
    public string ImagePath { get; }

    /// <summary>Where in that file, when the error has a place.</summary>
    public FileOffset? FileOffset { get; }

    /// <summary>The message without image and place.</summary>
    internal string Detail { get; }

    /// <summary>The rule of RULES.md that is broken; null for what no rule is about.</summary>
    internal string? RuleId { get; private set; }

    /// <summary>Says which rule is broken.</summary>
    internal VhdxException Breaking(string ruleId)
    {
        RuleId = ruleId;
        return this;
    }

    /// <summary>A field that doesn't hold what the format asks for.</summary>
    internal static VhdxException Field(
        VhdxErrorKind kind, string imagePath, FileOffset at, string field, object found, string expected) =>
        new(kind, imagePath, at, $"{field} is {found}, expected {expected}");
}
