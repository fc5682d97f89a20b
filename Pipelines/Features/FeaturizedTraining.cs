namespace MLPipes.Pipelines;

/// <summary>What a <see cref="FeaturePlan"/> came to on training data.</summary>
/// <param name="Features">The fitted features, for rows to come.</param>
/// <param name="Matrix">The training rows' features; cross-fitted where a featurizer saw the label.</param>
/// <param name="Notes">What was declined and why, one sentence each.</param>
public sealed record FeaturizedTraining(FittedFeatures Features, FeatureMatrix Matrix, IReadOnlyList<string> Notes);
