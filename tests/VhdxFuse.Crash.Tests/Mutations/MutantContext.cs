using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;
using VhdxFuse.Support;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Loads these tests once more, bound to another engine than the real one.</summary>
internal sealed class MutantContext(byte[] engine) : AssemblyLoadContext("mutant", isCollectible: true)
{
    /// <summary>Runs scenarios there, once, and unloads; see <see cref="MutantHarness.FirstFailure"/>.</summary>
    public string? FirstFailure(string[] scenarios, int randomScripts)
    {
        Assembly tests = LoadFromAssemblyName(typeof(MutantHarness).Assembly.GetName());
        MethodInfo entry = tests.GetType(typeof(MutantHarness).FullName!)!
            .GetMethod(nameof(MutantHarness.FirstFailure))!;
        string? failure = (string?)entry.Invoke(null, [scenarios, randomScripts]);
        Unload();
        GC.KeepAlive(this); // collected earlier, it would unload what still runs
        return failure;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        switch (assemblyName.Name)
        {
            case "VhdxFuse.Vhdx":
                using (MemoryStream stream = new(engine))
                {
                    return LoadFromStream(stream);
                }

            case "VhdxFuse.Support":
                return LoadFromAssemblyPath(typeof(RepositoryFolder).Assembly.Location);
            case "VhdxFuse.Crash.Tests":
                return LoadFromAssemblyPath(typeof(MutantContext).Assembly.Location);
            default:
                return null;
        }
    }
}
