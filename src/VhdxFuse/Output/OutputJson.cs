using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace VhdxFuse.Output;

/// <summary>All that is written as JSON: camelCase, indented, made at build time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InfoDocument))]
[JsonSerializable(typeof(ReportDocument))]
[JsonSerializable(typeof(HashDocument))]
[JsonSerializable(typeof(CompactDocument))]
[JsonSerializable(typeof(LogListDocument))]
[JsonSerializable(typeof(LogsDocument))]
[JsonSerializable(typeof(CreateDocument))]
[JsonSerializable(typeof(ConvertDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(ResizeDocument))]
[JsonSerializable(typeof(MergeDocument))]
[JsonSerializable(typeof(LogContentDocument))]
[JsonSerializable(typeof(ReplayedCopyDocument))]
[JsonSerializable(typeof(CheckDocument))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    /// <summary>Writes a document to stdout, for programs.</summary>
    public static void Print<T>(T document, JsonTypeInfo<T> type) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(document, type));
}
