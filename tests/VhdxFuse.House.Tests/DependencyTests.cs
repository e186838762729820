using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace VhdxFuse.House.Tests;

/// <summary>
/// Folders of the engine depend one way. Two views of the same law: names in the source, which sees every use but not
/// where a name comes from, and types of the built library, which knows that but not what an expression uses.
/// </summary>
public sealed class DependencyTests
{
    private const string Engine = "src/VhdxFuse.Vhdx/";
    private const string EngineNamespace = "VhdxFuse.Vhdx";

    /// <summary>A folder may use itself and those before it; those of a row each other. "" is the root.</summary>
    private static readonly string[][] Order =
        [["Format"], ["Layout"], ["Images"], ["Journal"], ["Blocks"], ["", "Opening", "Checking", "Operations"]];

    private static readonly string[] OpenToAll = ["VhdxException", "VhdxErrorKind", "Invariant", "OneLine"];

    private static readonly Type[] BannedInTheEngine =
    [
        typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>), typeof(Thread), typeof(Timer),
        typeof(DateTime), typeof(DateTimeOffset), typeof(TimeProvider), typeof(Stopwatch), typeof(Random),
    ];

    [Fact]
    public void Engine_folders_name_only_types_of_folders_before_them()
    {
        SourceFile[] files = [.. Repository.SourcesUnder(Engine)];

        // Types of another folder need a using, which is looked for below; those of the root are in sight everywhere.
        IEnumerable<string> offences =
            from file in files
            from above in files
            where string.Equals(Path.GetDirectoryName(above.Path) + "/", Engine, StringComparison.Ordinal)
            where RankOf(above) > RankOf(file) && !OpenToAll.Contains(above.Name, StringComparer.Ordinal)
            from offence in file.CodeMatching(new Regex($@"(?<![.\w]){Regex.Escape(above.Name)}\b"))
            select $"{offence} (from {above.Path})";
        IEnumerable<string> usings =
            from file in files
            from folder in Order.SelectMany(row => row)
            where folder.Length > 0 && RankOf(folder) > RankOf(file)
            from offence in file.CodeMatching(new Regex($@"\bVhdxFuse\.Vhdx\.{folder}\b"))
            select offence;
        House.HasNo(
            offences.Concat(usings),
            "move the type down, or the use up: Format ← Layout ← Images ← Journal ← Blocks ← rest");
    }

    [Fact]
    public void Engine_types_are_built_only_from_types_of_folders_before_them()
    {
        IEnumerable<string> offences =
            from type in BuiltCode.Engine.GetTypes()
            let place = FolderOf(type)
            where place is not null
            from mention in BuiltCode.Mentions(type)
            where mention.Named.Assembly == BuiltCode.Engine
            let named = BuiltCode.Outermost(mention.Named)
            let target = FolderOf(named)
            where target is not null && RankOf(target) > RankOf(place)
            where !OpenToAll.Contains(named.Name, StringComparer.Ordinal)
            select $"{mention.Place} names {named.FullName}";
        House.HasNo(offences.Distinct(StringComparer.Ordinal), "move the type down, or the use up");
    }

    [Fact]
    public void Every_engine_file_is_in_a_folder_of_the_order_and_in_its_namespace() =>
        House.HasNo(
            from file in Repository.SourcesUnder(Engine)
            let folder = FolderOf(file)
            let expected = folder.Length == 0 ? EngineNamespace : $"{EngineNamespace}.{folder}"
            where RankOf(folder) < 0 || !file.CodeLines.Contains($"namespace {expected};", StringComparer.Ordinal)
            select $"{file.Path}: expected `namespace {expected};` in a folder of DependencyTests.Order",
            "a file's namespace is its folder");

    [Fact]
    public void Codecs_do_no_input_or_output() =>
        House.HasNo(
            from file in Repository.SourcesUnder(Engine + "Format/")
            from offence in file.CodeMatching(new Regex(
                @"^using (?:System\.IO|Microsoft\.Win32.*);|\b(?:IImageFile|RandomAccess|Safe\w+Handle|Stream)\b"))
            select offence,
            "a codec turns bytes into values and back; whoever has the file calls it");

    [Fact]
    public void The_engine_knows_no_transport_and_the_transport_no_engine()
    {
        IEnumerable<string> references =
            from assembly in new[] { BuiltCode.Engine, BuiltCode.Transport }
            from name in assembly.GetReferencedAssemblies()
            where name.Name!.StartsWith("VhdxFuse", StringComparison.Ordinal)
            select $"{assembly.GetName().Name} references {name.Name}";
        IEnumerable<string> upward = Repository.SourcesUnder(Engine)
            .SelectMany(file => file.CodeMatching(new Regex(@"\bVhdxFuse\.Fuse\b")));
        IEnumerable<string> sideways = Repository.SourcesUnder("src/VhdxFuse.Fuse/")
            .SelectMany(file => file.CodeMatching(new Regex("Vhdx(?!Fuse)")));
        House.HasNo(
            references.Concat(upward).Concat(sideways),
            "the program joins the two libraries; neither knows the other");
    }

    [Fact]
    public void The_libraries_keep_no_mutable_static_state() =>
        House.HasNo(
            from assembly in new[] { BuiltCode.Engine, BuiltCode.Transport }
            from field in BuiltCode.StaticFields(assembly)
            where !field.IsInitOnly
            select $"{field.DeclaringType}.{field.Name}",
            "state belongs to an instance; a table is readonly");

    [Fact]
    public void The_engine_has_no_clock_no_thread_and_no_chance_in_any_signature() =>
        House.HasNo(
            (from type in BuiltCode.Engine.GetTypes()
             from mention in BuiltCode.Mentions(type)
             let named = mention.Named.IsGenericType ? mention.Named.GetGenericTypeDefinition() : mention.Named
             where BannedInTheEngine.Contains(named)
             select $"{mention.Place} names {named}").Distinct(StringComparer.Ordinal),
            "take what the host knows as a value, or through an interface given at open");

    private static string FolderOf(SourceFile file) =>
        Path.GetDirectoryName(file.Path[Engine.Length..])!.Replace('\\', '/');

    /// <returns>Null for types outside the engine's namespaces: those the compiler adds.</returns>
    private static string? FolderOf(Type type) => BuiltCode.Outermost(type).Namespace switch
    {
        EngineNamespace => "",
        { } name when name.StartsWith(EngineNamespace + ".", StringComparison.Ordinal) =>
            name[(EngineNamespace.Length + 1)..],
        _ => null,
    };

    private static int RankOf(SourceFile file) => RankOf(FolderOf(file));

    private static int RankOf(string folder) =>
        Array.FindIndex(Order, row => row.Contains(folder, StringComparer.Ordinal));
}
