using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using VhdxFuse.Disk;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Commands;

/// <summary>Asks a mount whether it serves: the probe of a container whose image holds this program
/// alone.</summary>
internal static class ReadyCommand
{
    public const string Name = "ready";

    private const string FuseFormat = "fuse"; // .vhdxfuse, or what -o subtype= made of it

    public static Command Create()
    {
        var mountPoint = new Argument<string>("MOUNTPOINT") { Description = "Where an image is mounted." };
        var command = new Command(
            Name, "End with 0 when a mount is there and answers, else say why not and end with 32. For probes.");
        command.Arguments.Add(mountPoint);
        command.SetAction(parsed =>
        {
            Check(parsed.GetRequiredValue(mountPoint));
            return (int)ExitCode.Fine;
        });
        return command;
    }

    // Neither the format nor the open is answered from a cache: both ask the server.
    private static void Check(string mountPoint)
    {
        string name = OneLine.Escape(mountPoint);
        try
        {
            string disk = Directory.Exists(mountPoint) ? DiskIn(mountPoint) : mountPoint;
            string format = new DriveInfo(mountPoint).DriveFormat;
            if (!format.StartsWith(FuseFormat, StringComparison.Ordinal))
            {
                throw new ProgramException(ExitCode.MountFailed, $"{name}: nothing of FUSE is mounted here");
            }

            using FileStream file = File.OpenRead(disk);
            _ = file.ReadByte();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException(ExitCode.MountFailed, $"{name}: not ready: {exception.Message}");
        }
    }

    // Under --compat=libvhdi it has another name.
    private static string DiskIn(string mountPoint)
    {
        string disk = Path.Combine(mountPoint, DiskTree.DiskName);
        return File.Exists(disk) ? disk : Directory.EnumerateFiles(mountPoint).FirstOrDefault() ?? disk;
    }
}
