#pragma warning disable // stand-in until the real file layer is merged
using System; using System.IO; using Microsoft.Win32.SafeHandles; using VhdxFuse.Vhdx.Layout;
namespace VhdxFuse.Vhdx.Images;
public sealed class LinuxFile : IImageFile
{
    private readonly SafeFileHandle _h;
    private LinuxFile(string path, SafeFileHandle h) { Path = path; _h = h; LengthBytes = RandomAccess.GetLength(h); }
    public static LinuxFile OpenRead(string path, FileOpenOptions options) { try { return new(path, File.OpenHandle(path)); } catch (IOException e) { throw new VhdxException(VhdxErrorKind.Io, path, e.Message); } }
    public static LinuxFile CreateNew(string path) => new(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite));
    public string Path { get; }
    public string Identity => System.IO.Path.GetFullPath(Path);
    public long LengthBytes { get; private set; }
    public int Read(FileOffset at, Span<byte> target) { int n = 0; while (n < target.Length) { int r = RandomAccess.Read(_h, target[n..], at.Value + n); if (r == 0) break; n += r; } return n; }
    public FileOffset NextData(FileOffset at) => at;
    public void Write(FileOffset at, ReadOnlySpan<byte> source) { RandomAccess.Write(_h, source, at.Value); LengthBytes = long.Max(LengthBytes, at.Value + source.Length); }
    public void WriteZeros(FileOffset at, long lengthBytes) => throw new NotSupportedException();
    public void SetLength(long lengthBytes) { RandomAccess.SetLength(_h, lengthBytes); LengthBytes = lengthBytes; }
    public void Flush() { }
    public void Dispose() => _h.Dispose();
}
