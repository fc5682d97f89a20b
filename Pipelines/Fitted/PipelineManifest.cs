namespace MLPipes;

/// <summary>Where a fitted pipeline comes from: what was learned, when, on what, with what, and how good it is.</summary>
public sealed record PipelineManifest
{
    /// <summary>The version of the file format that this build writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the file format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>When it was fitted; comes from the fitting run's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What is predicted.</summary>
    public required MLTask Task { get; init; }

    /// <summary>The trainer with its options, or the members of an ensemble, in words.</summary>
    public required string Trainer { get; init; }

    /// <summary>Validated metrics by key (auc, rmse, …).</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed everything random came from.</summary>
    public int Seed { get; init; }

    /// <summary>A hash of the training data; null where none was computed.</summary>
    public string? DataHash { get; init; }

    /// <summary>Versions of the libraries it was fitted with, by name.</summary>
    public IReadOnlyDictionary<string, string> Libraries { get; init; } = new Dictionary<string, string>
    {
        ["mlpipes"] = typeof(PipelineManifest).Assembly.GetName().Version!.ToString(3),
        [".net"] = Environment.Version.ToString(),
    };

    /// <summary>What a reader of the model should know; one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What its members were made with, the weightiest first; a later search can start from them. Empty where it was not searched for.</summary>
    public IReadOnlyList<MemberConfiguration> Configurations { get; init; } = [];
}
