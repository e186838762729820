using System.Runtime.CompilerServices;

// The scripted kernel and the file system in memory speak the transport's internal types.
[assembly: InternalsVisibleTo("VhdxFuse.Fuse.Tests")]
