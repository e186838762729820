using System;
using System.CommandLine;
using System.IO;
using VhdxFuse.Disk;
using VhdxFuse.Hosting;
using VhdxFuse.Output;
using VhdxFuse.Vhdx;
using VhdxFuse.Vhdx.Images;
using VhdxFuse.Vhdx.Opening;
using VhdxFuse.Vhdx.Operations;

namespace VhdxFuse.Commands;

/// <summary>Puts what a differencing image holds into its parent.</summary>
internal sealed class MergeCommand
{
    public const string Name = "merge";

    private readonly ImageArguments _image = new();

    private readonly Option<bool> _deleteChild = new("--delete-child")
    {
        Description = "Delete the child's file when everything is durable in the parent.",
    };

    private readonly Option<bool> _breakChildren = new("--break-children")
    {
        Description = "Go on although other images name the parent, or a deleted child, as theirs: they can't be used "
            + "any more.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON." };

    public static Command Create()
    {
        var merge = new MergeCommand();
        var command = new Command(Name, "Put what a differencing image holds into its parent, in place.");
        merge._image.AddTo(command);
        command.Options.Add(merge._deleteChild);
        command.Options.Add(merge._breakChildren);
        command.Options.Add(merge._json);
        command.SetAction(merge.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string image = _image.ImageOf(parsed);
        bool deletes = parsed.GetValue(_deleteChild);
        OpenOptions options = _image.OptionsForChange(parsed);
        (string parent, long size) = FindParent(parsed, deletes);
        Merge(image, parent, size, _image.FileOptionsOf(parsed), options);
        if (deletes)
        {
            Delete(image);
        }

        if (parsed.GetValue(_json))
        {
            var document = new MergeDocument(image, parent, size, deletes);
            OutputJson.Print(document, OutputJson.Default.MergeDocument);
            return (int)ExitCode.Fine;
        }

        Console.Out.WriteLine($"merged into:  {OneLine.Escape(parent)}");
        Console.Out.WriteLine($"size:         {Sizes.Human(size)} ({size} bytes)");
        Console.Out.WriteLine($"child:        {(deletes ? "deleted" : "kept")}");
        return (int)ExitCode.Fine;
    }

    // With everything open for reading: what is wrong is found before anything is changed.
    private (string Path, long SizeBytes) FindParent(ParseResult parsed, bool deletes)
    {
        using DifferencingChain chain = _image.OpenChain(parsed);
        VhdxImage child = chain.Layers[^1];
        if (child.ParentLocator is null)
        {
            throw new ProgramException(
                ExitCode.Parent,
                $"{OneLine.Escape(child.Path)}: is not a differencing image: it has no parent to be merged into");
        }

        VhdxImage parent = chain.Layers[^2];
        if (!parsed.GetValue(_breakChildren))
        {
            KnownChildren.Refuse(parent, child.File.Identity, "isn't merged into");
            if (deletes)
            {
                KnownChildren.Refuse(child, but: null, "isn't deleted");
            }
        }

        return (parent.Path, chain.Disk.LengthBytes);
    }

    private static void Merge(
        string image, string parentPath, long size, FileOpenOptions fileOptions, OpenOptions options)
    {
        using var child = LinuxFile.OpenWrite(image, fileOptions);
        using var parent = LinuxFile.OpenWrite(parentPath, fileOptions);
        long merged = 0;
        try
        {
            ProgressBar.Run("merging", size, report =>
            {
                void Report(long done)
                {
                    merged = done;
                    report(done);
                }

                var parents = new LinuxParentSource(fileOptions);
                Merger.Merge(child, parent, parents, options, new MergeOptions { Report = Report });
                return size;
            });
        }
        catch (ProgramException e) when (e.Exit == ExitCode.Interrupted)
        {
            throw new ProgramException(
                e.Exit,
                $"{e.Message} after {Sizes.Human(merged)} of {Sizes.Human(size)}: {OneLine.Escape(image)} still shows "
                + "its disk; merge it again to complete the work");
        }
    }

    private static void Delete(string image)
    {
        string real = File.ResolveLinkTarget(image, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(image);
        File.Delete(real);
        Descriptor.MakeNamesDurable(Path.GetDirectoryName(real) ?? "/");
    }
}
