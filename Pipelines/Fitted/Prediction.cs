namespace MLPipes;

/// <summary>The prediction of one row.</summary>
/// <param name="Label">The predicted class; null for a regression.</param>
/// <param name="Score">The probability of <paramref name="Label"/>; for a regression the predicted number.</param>
/// <param name="Probabilities">A probability a class; empty for a regression.</param>
/// <param name="Warnings">What was odd about the row: fields that nothing reads, values that training did not see; one sentence each.</param>
public sealed record Prediction(string? Label, float Score, IReadOnlyDictionary<string, float> Probabilities, IReadOnlyList<string> Warnings);
