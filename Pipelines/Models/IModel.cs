namespace MLPipes.Pipelines;

/// <summary>What a trainer learned, as plain data: scores rows without the library that learned it. Safe to call from several threads.</summary>
public interface IModel : IPlainPart
{
    /// <summary>Number of features it reads.</summary>
    int FeatureCount { get; }

    /// <summary>Scores per row: 1 for binary (the positive class) and regression, one a class for multiclass.</summary>
    int OutputCount { get; }

    /// <summary>Turns scores into predictions; null where the scores of a classification are bare margins that need calibration.</summary>
    ILink? Link { get; }

    /// <summary>Raw scores of one row, without allocating.</summary>
    /// <param name="row">[features].</param>
    /// <param name="scores">[outputs].</param>
    void Score(FeatureRow row, Span<float> scores);

    /// <summary>Raw scores of rows <paramref name="start"/> to start + count − 1, on the calling thread; equal to <see cref="Score"/> row by row.</summary>
    /// <param name="rows">[rows × features].</param>
    /// <param name="start">Index of the first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scores">[count × outputs], row-major.</param>
    void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        for (int i = 0; i < count; i++) Score(rows.Row(start + i), scores.Slice(i * OutputCount, OutputCount));
    }
}

/// <summary>Scoring that every model shares.</summary>
public static class ModelScoring
{
    private const int ChunkRows = 1024;

    /// <summary>Raw scores of all rows, on <paramref name="threads"/> threads.</summary>
    /// <returns>[rows × outputs], row-major.</returns>
    public static float[] ScoreAll(this IModel model, FeatureMatrix rows, int threads = 0, CancellationToken cancel = default)
    {
        if (rows.Width != model.FeatureCount)
            throw new ArgumentException($"The model reads {model.FeatureCount} features, the matrix has {rows.Width}.", nameof(rows));
        int outputs = model.OutputCount;
        float[] scores = new float[checked(rows.Rows * outputs)];
        int chunks = (rows.Rows + ChunkRows - 1) / ChunkRows;
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancel }, chunk =>
        {
            int start = chunk * ChunkRows, count = Math.Min(ChunkRows, rows.Rows - start);
            model.ScoreBatch(rows, start, count, scores.AsSpan(start * outputs, count * outputs));
        });
        return scores;
    }

    /// <summary>Predictions of all rows: scores behind the model's link.</summary>
    /// <returns>[rows × outputs], row-major.</returns>
    public static float[] PredictAll(this IModel model, FeatureMatrix rows, int threads = 0, CancellationToken cancel = default)
    {
        float[] scores = model.ScoreAll(rows, threads, cancel);
        model.Link?.Apply(scores, model.OutputCount);
        return scores;
    }
}
