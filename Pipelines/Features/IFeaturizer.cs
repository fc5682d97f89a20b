namespace MLPipes.Pipelines;

/// <summary>Learns from a column how to turn it into features; implemented by a sealed record whose properties are its options.</summary>
public interface IFeaturizer
{
    /// <summary>Learns from <paramref name="columns"/>, or declines with a reason. Touches neither itself nor its input.</summary>
    FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context);
}

/// <summary>A featurizer that the catalog finds by itself: implementing this is the registration.</summary>
public interface IFeaturizer<TSelf> : IFeaturizer where TSelf : class, IFeaturizer<TSelf>, new()
{
    /// <summary>What it is called and which columns and trainers it serves.</summary>
    static abstract FeaturizerCard Card { get; }
}

/// <summary>What a featurizer is called and which columns and trainers it serves.</summary>
/// <param name="Key">Kebab-case and permanent.</param>
/// <param name="Summary">One sentence for lists.</param>
/// <param name="Role">The role of the columns that it takes.</param>
public sealed record FeaturizerCard(string Key, string Summary, ColumnRole Role)
{
    /// <summary>Whether its output meets all of a trainer's needs, so that a plan may choose it for that trainer.</summary>
    public Func<Needs, bool> Suits { get; init; } = _ => true;

    /// <summary>The kind of token ids that its features are; <see cref="Needs.None"/> for quantities and category codes.</summary>
    public Needs Gives { get; init; }

    /// <summary>Of several that suit, the highest is tried first; one that declines passes the column to the next.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// Whether plans use it only when asked to (an alternative that search tries), or by default.
    /// </summary>
    public bool OnRequest { get; init; }

    /// <summary>Why it can't be used here and now, for instance since no encoder is named; null where it can be. Search then does not ask for it.</summary>
    public Func<string?>? Unavailable { get; init; }

    /// <summary>Whether it adds features beside those of the column's main featurizer (missing indicators) instead of replacing it.</summary>
    public bool Adds { get; init; }

    /// <summary>Whether it is fitted once on all columns of its role instead of on each; only together with <see cref="Adds"/>.</summary>
    public bool TakesAll { get; init; }

    /// <summary>Whether a plan may choose it for a trainer with these needs: a trainer that needs ids gets text as those ids alone, and no other gets any.</summary>
    public bool Serves(Needs needs) => Suits(needs) && (Role != ColumnRole.Text || Gives == needs.IdsOf());
}

/// <summary>What a featurizer may use beside its columns.</summary>
public sealed record FeaturizerContext
{
    /// <summary>The label of the same rows; null when featurizing without one.</summary>
    public Target? Target { get; init; }

    /// <summary>Row weights, [rows]; null for equal weights.</summary>
    public float[]? Weights { get; init; }

    /// <summary>What the trainer behind needs; a featurizer may adapt to it.</summary>
    public Needs Needs { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>Threads it may use, at least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Ends the fit.</summary>
    public CancellationToken Cancel { get; init; }
}

/// <summary>What a featurizer's fit came to: a transform, or a reason why it does not suit the column.</summary>
public sealed class FeaturizerFit
{
    private FeaturizerFit(ITransform? transform, float[]? trainingValues, string? reason, bool isRoutine)
    {
        Transform = transform;
        TrainingValues = trainingValues;
        Reason = reason;
        IsRoutine = isRoutine;
    }

    /// <summary>The fitted transform; null when declined.</summary>
    public ITransform? Transform { get; }

    /// <summary>
    /// Features to train on in place of what the transform would write, [rows × width]: cross-fitted values, so that a row's own
    /// label never reaches its features. Null where the transform's own output is right.
    /// </summary>
    public float[]? TrainingValues { get; }

    /// <summary>Why it declined; null when it did not.</summary>
    public string? Reason { get; }

    /// <summary>Whether it declined as it does on most columns, which is no news to the user.</summary>
    public bool IsRoutine { get; }

    /// <summary>It fits.</summary>
    public static FeaturizerFit Of(ITransform transform, float[]? trainingValues = null) => new(transform, trainingValues, null, isRoutine: false);

    /// <summary>It does not suit the column, for <paramref name="reason"/>.</summary>
    /// <param name="reason">What is the matter, to follow "since" in a sentence.</param>
    /// <param name="isRoutine">Whether that is so on most columns, so that plans note it only where nothing else takes the column.</param>
    public static FeaturizerFit Decline(string reason, bool isRoutine = false) => new(null, null, reason, isRoutine);
}
