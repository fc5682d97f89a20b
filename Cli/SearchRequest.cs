using System.Text.Json.Serialization;
using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>What a search was asked for, all choices made; kept in its journal, so that <c>resume</c> needs nothing else.</summary>
internal sealed record SearchRequest
{
    /// <summary>The name of the note in a journal.</summary>
    public const string Note = "mlpipes-train";

    public required string Data { get; init; }

    /// <summary>The kind by which each column was read.</summary>
    public required IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; }
    public required IReadOnlyDictionary<string, ColumnRole> Roles { get; init; }
    public required MLTask Task { get; init; }

    /// <summary>Folder of the pre-trained encoder; null for none.</summary>
    public string? Encoder { get; init; }
    public required string Metric { get; init; }
    public string? Test { get; init; }
    public required string Out { get; init; }
    public TimeSpan? Time { get; init; }
    public int? Trials { get; init; }
    public int Seed { get; init; } = 1;
    public int? Threads { get; init; }
    public long? MemoryBytes { get; init; }
    public Isolation Isolation { get; init; }
    public bool IsSingle { get; init; }
    public int? MaxModels { get; init; }
    public TimeSpan? MaxLatency { get; init; }
    public int? PatienceTrials { get; init; }
    public TimeSpan? PatienceTime { get; init; }

    /// <summary>Keys of the trainers to choose from.</summary>
    public required IReadOnlyList<string> Trainers { get; init; }
    public IReadOnlyList<MemberConfiguration> StartFrom { get; init; } = [];
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SearchRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
