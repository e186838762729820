using System.Text.Json.Serialization;

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
internal sealed partial class OutputJson : JsonSerializerContext;
