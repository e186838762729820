using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VhdxFuse.Support;
using VhdxFuse.Vhdx;

namespace VhdxFuse.Crash.Tests.Mutations;

/// <summary>Compiles the engine from the repository's source, with one text changed.</summary>
/// <remarks>With the name, version and friends of the real one, so that tests bind to it just as well.</remarks>
internal sealed class EngineCompiler
{
    private const string AssemblyName = "VhdxFuse.Vhdx";
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);
    private readonly string _folder = Path.Combine(RepositoryFolder.Path, "src", AssemblyName);
    private readonly CSharpCompilation _original;

    public EngineCompiler()
    {
        IEnumerable<SyntaxTree> trees =
            from path in Directory.EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories)
            select CSharpSyntaxTree.ParseText(File.ReadAllText(path), Parsing, path, Encoding.UTF8);
        CSharpCompilation compilation = CSharpCompilation.Create(
            AssemblyName,
            trees.Append(CSharpSyntaxTree.ParseText(Attributes(), Parsing)),
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                checkOverflow: true,
                allowUnsafe: true,
                deterministic: true,
                nullableContextOptions: NullableContextOptions.Enable));
        // What the generators add hangs on the system calls alone, so it serves all mutants.
        CSharpGeneratorDriver.Create(Generators(), parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        _original = (CSharpCompilation)complete;
    }

    /// <summary>Compiles it as it is.</summary>
    public byte[] Compile() => Emit(_original);

    /// <summary>Compiles it with a mistake.</summary>
    /// <exception cref="InvalidOperationException">The mutation doesn't match the source, or doesn't
    /// compile.</exception>
    public byte[] Compile(Mutation mutation)
    {
        CSharpCompilation mutant = _original;
        foreach (Edit edit in mutation.Edits)
        {
            string path = Path.Combine(_folder, edit.File);
            SyntaxTree tree = mutant.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == path)
                ?? throw new InvalidOperationException($"{mutation}: there is no {edit.File}");
            string text = tree.ToString();
            int at = text.IndexOf(edit.Find, StringComparison.Ordinal);
            if (at < 0 || text.IndexOf(edit.Find, at + 1, StringComparison.Ordinal) >= 0)
            {
                throw new InvalidOperationException(
                    $"{mutation} no longer matches the source: {edit.File} must hold once: {edit.Find}");
            }

            string mutated = string.Concat(text.AsSpan(0, at), edit.Replace, text.AsSpan(at + edit.Find.Length));
            mutant = mutant.ReplaceSyntaxTree(
                tree, CSharpSyntaxTree.ParseText(mutated, Parsing, path, Encoding.UTF8));
        }

        return Emit(mutant);
    }

    private static byte[] Emit(CSharpCompilation compilation)
    {
        using MemoryStream assembly = new();
        var result = compilation.Emit(assembly);
        return result.Success
            ? assembly.ToArray()
            : throw new InvalidOperationException(string.Join(
                '\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
    }

    private static string Attributes()
    {
        Assembly real = typeof(VhdxException).Assembly;
        IEnumerable<string> friends =
            from friend in real.GetCustomAttributes<InternalsVisibleToAttribute>()
            select $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend.AssemblyName}\")]";
        return $"[assembly: System.Reflection.AssemblyVersion(\"{real.GetName().Version}\")]\n"
            + string.Join('\n', friends);
    }

    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        where !Path.GetFileName(path).StartsWith("VhdxFuse.", StringComparison.Ordinal)
        select MetadataReference.CreateFromFile(path);

    // By name: other types of that library need what only an editor has.
    private static IEnumerable<ISourceGenerator> Generators()
    {
        string folder = typeof(EngineCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == "GeneratorFolder").Value!;
        Assembly generators = Assembly.LoadFrom(Path.Combine(folder, "Microsoft.Interop.LibraryImportGenerator.dll"));
        Type generator = generators.GetType("Microsoft.Interop.LibraryImportGenerator", throwOnError: true)!;
        return [((IIncrementalGenerator)Activator.CreateInstance(generator)!).AsSourceGenerator()];
    }
}
