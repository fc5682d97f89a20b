namespace MLPipes.Pipelines;

/// <summary>What the columns of a prediction are called, where a caller wants other names than ML.NET's.</summary>
/// <param name="Score">The score's column.</param>
/// <param name="PredictedLabel">The predicted label's column.</param>
internal sealed record ScoreNames(string Score = ScoreColumns.Score, string PredictedLabel = ScoreColumns.PredictedLabel)
{
    /// <summary>The standard name of a column called <paramref name="name"/>.</summary>
    public string StandardOf(string name) => name == Score ? ScoreColumns.Score : name == PredictedLabel ? ScoreColumns.PredictedLabel : name;
}
