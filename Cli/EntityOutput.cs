using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLPipes.Trainers.Torch;

namespace MLPipes.Cli;

/// <summary>What <c>train --task ner --json</c> prints.</summary>
internal sealed record EntityTrainDocument
{
    public required string Task { get; init; }
    public required string Metric { get; init; }
    public required double SecondsBudget { get; init; }
    public required double SecondsWall { get; init; }
    public required TrialCounts Trials { get; init; }
    public required BestDocument Best { get; init; }
    public required bool IsRefitted { get; init; }
    public required IReadOnlyList<LeaderboardEntry> Leaderboard { get; init; }
    public required IReadOnlyDictionary<string, double?> Validation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required IReadOnlyDictionary<string, double?>? Test { get; init; }

    /// <summary>The test's figures for each type; absent without a test.</summary>
    public required IReadOnlyList<EntityTypeDocument>? Entities { get; init; }
    public required string Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Journal { get; init; }
    public required string End { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>What <c>evaluate --json</c> prints of an entity model.</summary>
internal sealed record EntityEvaluateDocument(string Task, int Rows, IReadOnlyDictionary<string, double?> Metrics, IReadOnlyList<EntityTypeDocument> Entities);

/// <summary>How well entities of one type are found.</summary>
internal sealed record EntityTypeDocument(string Type, double Precision, double Recall, double F1, int Support);

/// <summary>A line of <c>predict</c>.</summary>
internal sealed record EntityLine
{
    public required string Text { get; init; }

    /// <summary>The words, where they were given.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary>The tag of each given word.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
    public required IReadOnlyList<EntityMention> Entities { get; init; }
}

[JsonSerializable(typeof(EntityTrainDocument))]
[JsonSerializable(typeof(EntityEvaluateDocument))]
[JsonSerializable(typeof(EntityLine))]
internal sealed partial class EntityOutput : JsonSerializerContext
{
    /// <summary>Documents for people, indented.</summary>
    public static EntityOutput Readable { get; } = new(Written(indented: true));

    /// <summary>One document a line.</summary>
    public static EntityOutput Lines { get; } = new(Written(indented: false));

    public static IReadOnlyDictionary<string, double?> Metrics(EntityMetrics metrics) =>
        new Dictionary<string, double?> { ["precision"] = metrics.Precision, ["recall"] = metrics.Recall, ["f1"] = metrics.F1 };

    public static IReadOnlyList<EntityTypeDocument> Types(EntityMetrics metrics) =>
        [.. metrics.Types.Select(t => new EntityTypeDocument(t.Type, t.Precision, t.Recall, t.F1, t.Support))];

    private static JsonSerializerOptions Written(bool indented) => new()
    {
        WriteIndented = indented,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
