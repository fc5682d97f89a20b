using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>One featurized model of a fitted pipeline; several are averaged by weight, each after its link.</summary>
/// <param name="Features">Turns columns into the features that the model reads. Members that share one featurize once.</param>
/// <param name="Model">Scores the features; a classification's model has a link.</param>
/// <param name="Weight">Its share, above 0; weights need not sum to 1.</param>
public sealed record PipelineMember(FittedFeatures Features, IModel Model, double Weight = 1);
