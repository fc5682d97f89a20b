namespace MLPipes.Pipelines;

/// <summary>What one feature of a <see cref="FeatureMatrix"/> is.</summary>
/// <param name="Name">Readable and unique within a plan, for example <c>city=Bern</c> or <c>age.missing</c>.</param>
/// <param name="Column">The input column it comes from; for several, the first.</param>
/// <param name="Categories">0 for a quantity; else the values are category codes 0 … Categories-1 (NaN: missing or unseen).</param>
public sealed record FeatureInfo(string Name, string Column, int Categories = 0);
