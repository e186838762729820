using VhdxFuse.Fuse.Protocol;

namespace VhdxFuse.Fuse.Session;

/// <summary>Attributes and names as the kernel wants them, with the mount's timeouts.</summary>
internal sealed class EntryEncoder(MountOptions options)
{
    private readonly Validity _entry = Validity.From(options.EntryTimeout);
    private readonly Validity _attributes = Validity.From(options.AttributeTimeout);
    private readonly Validity _negative = Validity.From(options.NegativeTimeout);

    /// <summary>Whether a missing name is worth remembering.</summary>
    public bool RemembersMissingNames => !_negative.IsNone;

    public AttrMessages.EntryOut Entry(in FuseAttributes attributes, ulong nodeId)
    {
        Validity validity = ValidityOf(attributes);
        return new()
        {
            Nodeid = nodeId,
            EntryValid = _entry.Seconds,
            EntryValidNsec = _entry.Nanoseconds,
            AttrValid = validity.Seconds,
            AttrValidNsec = validity.Nanoseconds,
            Attr = AttrMessages.Attr.From(attributes, nodeId),
        };
    }

    public AttrMessages.EntryOut MissingEntry() => new()
    {
        EntryValid = _negative.Seconds,
        EntryValidNsec = _negative.Nanoseconds,
    };

    public AttrMessages.AttrOut Attributes(in FuseAttributes attributes, ulong nodeId)
    {
        Validity validity = ValidityOf(attributes);
        return new()
        {
            AttrValid = validity.Seconds,
            AttrValidNsec = validity.Nanoseconds,
            Attr = AttrMessages.Attr.From(attributes, nodeId),
        };
    }

    private Validity ValidityOf(in FuseAttributes attributes) => attributes.IsVolatile ? default : _attributes;
}
