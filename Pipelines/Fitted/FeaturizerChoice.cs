using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>A featurizer for certain columns, in place of what the pipeline would choose for them.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Featurizer">What to fit on each of them.</param>
public sealed record FeaturizerChoice(ColumnSelector Columns, IFeaturizer Featurizer);
