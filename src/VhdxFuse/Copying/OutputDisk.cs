using System;
using System.Collections.Generic;
using System.IO;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Copying;

/// <summary>Where a converted disk goes: a new file, a block device that is written in place, or standard
/// output.</summary>
internal sealed class OutputDisk : IDisposable
{
    private static readonly FileOpenOptions OwnFile = new() { AllowAccessTimeUpdate = true };

    private readonly NewFile? _newFile;
    private readonly LinuxFile? _device;

    private OutputDisk(IDiskTarget target, NewFile? newFile, LinuxFile? device)
    {
        Target = target;
        _newFile = newFile;
        _device = device;
    }

    public IDiskTarget Target { get; }

    /// <summary>The image that is made; null for a raw disk.</summary>
    public Creator? Image => Target as Creator;

    /// <summary>Length of the file; 0 where there is none.</summary>
    public long FileBytes => _newFile?.File.LengthBytes ?? 0;

    /// <summary>A raw disk to standard output.</summary>
    /// <exception cref="ProgramException">Usage: it is a terminal.</exception>
    public static OutputDisk ToStandardOutput() => Console.IsOutputRedirected
        ? new OutputDisk(new StandardOutputTarget(), newFile: null, device: null)
        : throw new ProgramException(
            ExitCode.Usage, "standard output is a terminal; pipe the raw disk into a program, or name a file");

    /// <summary>A raw disk to a device, in place.</summary>
    /// <param name="path">Of a block device.</param>
    /// <param name="lengthBytes">Of the disk; 0: as long as it turns out.</param>
    /// <exception cref="VhdxException">It is too small, in use, or can't be written.</exception>
    public static OutputDisk ToDevice(string path, long lengthBytes)
    {
        LinuxFile? device = LinuxFile.OpenWrite(path, OwnFile);
        try
        {
            var output = new OutputDisk(new RawTarget(device, lengthBytes), newFile: null, device);
            device = null;
            return output;
        }
        finally
        {
            device?.Dispose();
        }
    }

    /// <summary>To a new file.</summary>
    /// <param name="path">The name that it is to have.</param>
    /// <param name="replaces">Whether a file of that name may be replaced.</param>
    /// <param name="begin">Begins the disk in it.</param>
    /// <exception cref="ProgramException">Usage: the name is taken.</exception>
    /// <exception cref="VhdxException">It can't be made.</exception>
    public static OutputDisk ToFile(string path, bool replaces, Func<LinuxFile, IDiskTarget> begin)
    {
        NewFile? file = NewFile.Begin(path, replaces);
        try
        {
            var output = new OutputDisk(begin(file.File), file, device: null);
            file = null;
            return output;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Whether the name is that of a block device.</summary>
    /// <exception cref="ProgramException">Usage: it is a file that is read.</exception>
    public static bool IsDevice(string path, IReadOnlySet<string> inputs)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var old = LinuxFile.OpenRead(path, OwnFile);
        return inputs.Contains(old.Identity)
            ? throw new ProgramException(
                ExitCode.Usage, $"{OneLine.Escape(path)}: is the input, or one of its parents; name another file")
            : old.IsBlockDevice;
    }

    /// <summary>Gives the file its name; its content is durable.</summary>
    public void Publish() => _newFile?.Publish();

    public void Dispose()
    {
        _newFile?.Dispose();
        _device?.Dispose();
    }
}
