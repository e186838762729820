using System.Threading;

namespace VhdxFuse.Crash.Tests.Scripts;

/// <summary>What was tried. Counted from several threads.</summary>
internal sealed class Tally
{
    private long _scripts;
    private long _points;
    private long _images;
    private long _distinctImages;

    public long Scripts => Interlocked.Read(ref _scripts);

    /// <summary>Moments at which the power was cut or the process killed.</summary>
    public long Points => Interlocked.Read(ref _points);

    /// <summary>Images that were judged at those moments.</summary>
    public long Images => Interlocked.Read(ref _images);

    /// <summary>Images that were new to the readers: each was opened, the others were known.</summary>
    public long DistinctImages => Interlocked.Read(ref _distinctImages);

    public void AddScript() => Interlocked.Increment(ref _scripts);

    public void AddPoint() => Interlocked.Increment(ref _points);

    public void AddImage() => Interlocked.Increment(ref _images);

    public void AddDistinctImage() => Interlocked.Increment(ref _distinctImages);

    public override string ToString() =>
        $"{Scripts} scripts, {Points} crash points, {Images} images, {DistinctImages} of them opened anew";
}
