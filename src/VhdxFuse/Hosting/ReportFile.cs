using System;
using System.Collections.Generic;
using System.IO;

namespace VhdxFuse.Hosting;

/// <summary>A file of our own for the report: new, and not beside an image that is only read. Written at the mount and
/// once more at its end; it doesn't stay when nothing was mounted.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly FileStream _file;
    private bool _isWritten;

    private ReportFile(FileStream file) => _file = file;

    /// <param name="path">Null: none is wanted.</param>
    /// <param name="images">The image files that are only read.</param>
    /// <exception cref="ProgramException">It exists, would lie beside an image, or can't be made.</exception>
    public static ReportFile? Create(string? path, IEnumerable<string> images)
    {
        if (path is null)
        {
            return null;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        foreach (string image in images)
        {
            // However the folder is spelt: it is the image's if the image is in it.
            if (File.Exists(Path.Combine(folder, Path.GetFileName(image))))
            {
                throw Refused($"{folder} is the folder of {Path.GetFileName(image)}, where nothing is changed");
            }
        }

        try
        {
            return new ReportFile(new FileStream(path, FileMode.CreateNew, System.IO.FileAccess.Write));
        }
        catch (IOException) when (File.Exists(path))
        {
            throw Refused($"{path} exists");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException(ExitCode.MountFailed, $"--report: {exception.Message}");
        }
    }

    /// <summary>Replaces what is in it.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(ReadOnlyMemory<byte> report)
    {
        _file.Position = 0;
        _file.Write(report.Span);
        _file.WriteByte((byte)'\n');
        _file.SetLength(_file.Position);
        _file.Flush(flushToDisk: true);
        _isWritten = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_isWritten)
        {
            File.Delete(_file.Name);
        }
    }

    private static ProgramException Refused(string why) =>
        new(ExitCode.Usage, $"--report: {why}; name a new file in another folder");
}
