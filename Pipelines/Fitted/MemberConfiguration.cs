namespace MLPipes;

/// <summary>What a member of a fitted pipeline was made with; enough to fit its like on other rows.</summary>
public sealed record MemberConfiguration
{
    /// <summary>The trainer's catalog key.</summary>
    public required string Trainer { get; init; }

    /// <summary>The values of its hyperparameters as text, by name.</summary>
    public IReadOnlyDictionary<string, string> Knobs { get; init; } = new Dictionary<string, string>();

    /// <summary>Featurizers asked for beyond the default ones, by catalog key.</summary>
    public IReadOnlyList<string> Featurizers { get; init; } = [];
}
