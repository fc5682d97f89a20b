using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLPipes.Cli;

/// <summary>What <c>train --json</c> prints.</summary>
internal sealed record TrainDocument
{
    public required string Task { get; init; }
    public required string Label { get; init; }
    public required string Metric { get; init; }

    /// <summary>Folder of the pre-trained encoder that the search could use; left out where there was none.</summary>
    public string? Encoder { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double? SecondsBudget { get; init; }
    public required double SecondsWall { get; init; }
    public required TrialCounts Trials { get; init; }
    public required BestDocument Best { get; init; }
    public required IReadOnlyList<LeaderboardEntry> Leaderboard { get; init; }
    public required IReadOnlyDictionary<string, double?> Validation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required IReadOnlyDictionary<string, double?>? Test { get; init; }
    public required string Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Journal { get; init; }
    public required string End { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>How many trials ended how.</summary>
internal sealed record TrialCounts(int Completed, int Failed, int Skipped, int Dropped);

/// <summary>The best found and its validated score.</summary>
internal sealed record BestDocument(string Trainer, double? Score);

/// <summary>One completed trial.</summary>
internal sealed record LeaderboardEntry(string Trainer, double? Score, double Seconds);

/// <summary>What <c>evaluate --json</c> prints.</summary>
internal sealed record EvaluateDocument
{
    public required string Task { get; init; }
    public required int Rows { get; init; }
    public required IReadOnlyDictionary<string, double?> Metrics { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Classes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyList<long>>? Confusion { get; init; }
}

/// <summary>What <c>profile --json</c> prints.</summary>
internal sealed record ProfileDocument
{
    public required int Rows { get; init; }
    public required int DuplicateRows { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Label { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Task { get; init; }
    public required IReadOnlyList<ColumnDocument> Columns { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>One column of a profile.</summary>
internal sealed record ColumnDocument
{
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required string Role { get; init; }
    public required string Reason { get; init; }
    public required int Missing { get; init; }
    public required double MissingShare { get; init; }
    public required int Distinct { get; init; }
    public required bool DistinctIsExact { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public double? Mean { get; init; }
    public double? Deviation { get; init; }
    public IReadOnlyList<double>? Quantiles { get; init; }
    public DateTime? First { get; init; }
    public DateTime? Last { get; init; }
    public double? MeanWords { get; init; }
    public required IReadOnlyList<ValueDocument> Values { get; init; }
}

/// <summary>A value of a column and its rows; no rows where it is only an example.</summary>
internal sealed record ValueDocument(string Value, int? Rows);

/// <summary>A trainer or featurizer of <c>list --json</c>.</summary>
internal sealed record CatalogDocument
{
    public required string Key { get; init; }
    public required string Summary { get; init; }
    public IReadOnlyList<string>? Tasks { get; init; }
    public string? Role { get; init; }
    public required IReadOnlyList<string> Options { get; init; }
}

/// <summary>What <c>doctor --json</c> prints.</summary>
internal sealed record DoctorDocument(bool Ready, IReadOnlyList<Finding> Findings);

[JsonSerializable(typeof(TrainDocument))]
[JsonSerializable(typeof(EvaluateDocument))]
[JsonSerializable(typeof(ProfileDocument))]
[JsonSerializable(typeof(IReadOnlyList<CatalogDocument>))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(PretrainDocument))]
internal sealed partial class Documents : JsonSerializerContext
{
    /// <summary>Property values as documents write them: source-generated, readable for people, text of other languages as it is.</summary>
    public static Documents Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>A number as JSON can hold it: null where it is not finite.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
