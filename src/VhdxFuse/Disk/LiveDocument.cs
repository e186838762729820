using VhdxFuse.Fuse;

namespace VhdxFuse.Disk;

/// <summary>A document that is made anew whenever it is opened. The kernel keeps neither its bytes nor its
/// size.</summary>
/// <remarks>Who still reads when somebody else opens it may see the end of the newer one.</remarks>
internal sealed class LiveDocument(byte[] name, NodeLooks looks, DocumentContent content)
    : MountedFile(name, looks, content)
{
    private readonly DocumentContent _content = content;

    public override FuseAttributes Attributes => base.Attributes with { IsVolatile = true };

    public override FuseOpenOptions OptionsFor(in FuseFileInfo opened)
    {
        _content.Renew();
        return FuseOpenOptions.DirectIO;
    }
}
