namespace MLPipes.Pipelines;

/// <summary>Columns that are featurized together, and the featurizers to try on them in order.</summary>
/// <param name="Columns">Names of the columns: one, or several for a featurizer that takes them all.</param>
/// <param name="Featurizers">Tried in order; the first that does not decline is used.</param>
/// <param name="Adds">Whether its features come beside those of another item for the same columns.</param>
public sealed record FeaturePlanItem(IReadOnlyList<string> Columns, IReadOnlyList<PlannedFeaturizer> Featurizers, bool Adds = false);

/// <summary>A featurizer with its options, under its catalog key.</summary>
/// <param name="Key">The key on its card.</param>
/// <param name="Featurizer">The featurizer with its options set.</param>
public sealed record PlannedFeaturizer(string Key, IFeaturizer Featurizer);
