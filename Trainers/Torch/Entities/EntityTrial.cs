namespace MLPipes.Trainers.Torch;

/// <summary>One candidate of a search, fitted or not.</summary>
/// <param name="Trainer">What learned: <c>crf</c>, <c>bilstm</c>, <c>encoder</c>.</param>
/// <param name="F1">F1 over entities of the documents held out; null where there is none.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Problem">Why it came to nothing; null where it did not.</param>
/// <param name="IsSkipped">Whether it was not begun at all.</param>
public sealed record EntityTrial(string Trainer, double? F1, double Seconds, string? Problem = null, bool IsSkipped = false);
