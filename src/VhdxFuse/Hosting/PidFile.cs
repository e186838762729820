using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace VhdxFuse.Hosting;

/// <summary>A file that holds the process id for as long as the mount lives.</summary>
internal sealed class PidFile : IDisposable
{
    private const int MaxContentBytes = 16;

    private readonly string _path;
    private readonly string _content;

    private PidFile(string path, string content)
    {
        _path = path;
        _content = content;
    }

    /// <summary>Writes it, over one that was left behind.</summary>
    /// <param name="path">Null: none is wanted.</param>
    /// <exception cref="ProgramException">It can't be written.</exception>
    public static PidFile? Write(string? path)
    {
        if (path is null)
        {
            return null;
        }

        // The working directory changes when we go to the background.
        var file = new PidFile(
            Path.GetFullPath(path), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        try
        {
            file.Write();
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException(ExitCode.MountFailed, $"--pidfile: {exception.Message}");
        }
    }

    // Over nothing but a process id that was left behind: whatever else has the name is somebody's, may be evidence.
    private void Write()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = System.IO.FileAccess.Write };
        if (IsLeftBehind(_path))
        {
            options.Mode = FileMode.Truncate;
        }

        using var stream = new FileStream(_path, options);
        stream.Write(Encoding.ASCII.GetBytes(_content));
    }

    private static bool IsLeftBehind(string path)
    {
        var info = new FileInfo(path);
        return info is { Exists: true, LinkTarget: null, Length: > 0 and <= MaxContentBytes }
            && int.TryParse(
                File.ReadAllText(path).AsSpan().TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>Removes it, unless another process has taken the name meanwhile.</summary>
    public void Dispose()
    {
        try
        {
            if (string.Equals(File.ReadAllText(_path), _content, StringComparison.Ordinal))
            {
                File.Delete(_path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone already, or the folder is: nothing that the mount's end should fail for.
        }
    }
}
