namespace MLPipes.Pipelines;

/// <summary>Neighbouring features that hold one view of one text column, a token's id in each.</summary>
/// <param name="Column">The text column.</param>
/// <param name="Start">Index of the feature that holds its first token.</param>
/// <param name="Length">Number of positions: the longest text that fits.</param>
/// <param name="Stream">Which view it is; see <see cref="FeatureInfo.TokenStream"/>.</param>
public sealed record TokenSegment(string Column, int Start, int Length, int Stream);
