namespace MLPipes.Pipelines;

/// <summary>One fitted featurizer and the columns that it reads.</summary>
/// <param name="Inputs">Names of the input columns, in the order that <paramref name="Transform"/> reads them.</param>
/// <param name="Transform">What it learned.</param>
public sealed record FeatureStep(IReadOnlyList<string> Inputs, ITransform Transform);
