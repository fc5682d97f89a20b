using System.Text.Json.Serialization;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Where an entity tagger comes from: what was learned, when, with what, and how good it is.</summary>
public sealed record EntityManifest
{
    /// <summary>The version of the file format that this build writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the file format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the model is for: always <c>ner</c>.</summary>
    public string Task { get; init; } = BundleReader.NamedEntities;

    /// <summary>When it was fitted; comes from the fitting run's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The trainer with its options.</summary>
    public required string Trainer { get; init; }

    /// <summary>The labels that it gives.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Validated metrics by key (precision, recall, f1); empty where nothing was held out.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed everything random came from.</summary>
    public int Seed { get; init; }

    /// <summary>Documents that it was fitted on.</summary>
    public int Documents { get; init; }

    /// <summary>Versions of the libraries it was fitted with, by name.</summary>
    public IReadOnlyDictionary<string, string> Libraries { get; init; } = new Dictionary<string, string>
    {
        ["mlpipes"] = typeof(EntityManifest).Assembly.GetName().Version!.ToString(3),
        [".net"] = Environment.Version.ToString(),
    };
}

/// <summary>The manifest as JSON, written and read by generated code.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(EntityManifest))]
internal sealed partial class EntityJson : JsonSerializerContext;
