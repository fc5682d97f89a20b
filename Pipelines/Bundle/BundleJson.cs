using System.Text.Json.Serialization;

namespace MLPipes.Pipelines;

/// <summary>Which features and model entries each member of a fitted pipeline is made of.</summary>
/// <param name="Features">Number of the features entry, from 0.</param>
/// <param name="Model">Number of the model entry, from 0.</param>
/// <param name="Weight">The member's weight.</param>
internal sealed record BundleMember(int Features, int Model, double Weight);

/// <summary>The JSON entries of a bundle, written and read by generated code.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PipelineManifest))]
[JsonSerializable(typeof(PipelineSchema))]
[JsonSerializable(typeof(BundleMember[]))]
internal sealed partial class BundleJson : JsonSerializerContext;
