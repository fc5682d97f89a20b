namespace MLPipes.Pipelines;

/// <summary>Scores and predictions of a bound table.</summary>
/// <param name="Values">Predictions behind the links, averaged, [rows × outputs].</param>
/// <param name="Scores">What ML.NET calls scores, [rows × outputs].</param>
internal sealed record BatchScores(float[] Values, float[] Scores)
{
    public static BatchScores Of(FittedPipeline pipeline, Table bound, int threads, CancellationToken cancel)
    {
        int outputs = pipeline.Schema.Outputs;
        bool isBinary = pipeline.Schema.Task == MLTask.Binary;
        if (bound.RowCount == 0) return new BatchScores([], []);

        bool calibrates = pipeline.Schema.Decision is { Calibrates: true };
        double[]? sums = pipeline.Members.Count == 1 ? null : new double[checked(bound.RowCount * outputs)];
        Dictionary<FittedFeatures, FeatureMatrix> featurized = new(ReferenceEqualityComparer.Instance);
        for (int m = 0; m < pipeline.Members.Count; m++)
        {
            (FittedFeatures features, IModel model, _) = pipeline.Members[m];
            if (!featurized.TryGetValue(features, out FeatureMatrix? matrix)) featurized[features] = matrix = features.Transform(bound, threads, cancel);
            float[] scores = model.ScoreAll(matrix, threads, cancel);
            float[] values = sums is null && isBinary ? (float[])scores.Clone() : scores;
            model.Link?.Apply(values, outputs);
            if (sums is null && !calibrates) return new BatchScores(values, scores);
            if (sums is null) return Calibrated(pipeline, values, isBinary);
            double share = pipeline.Shares[m];
            for (int i = 0; i < values.Length; i++) sums[i] += share * values[i];
        }
        return Calibrated(pipeline, Array.ConvertAll(sums!, sum => (float)sum), isBinary);
    }

    private static BatchScores Calibrated(FittedPipeline pipeline, float[] values, bool isBinary)
    {
        pipeline.Schema.Decision?.Calibrate(values, pipeline.Schema.Outputs);
        return new BatchScores(values, isBinary ? Array.ConvertAll(values, LogOdds) : values);
    }

    /// <summary>ln(p / (1 − p)), finite at the ends.</summary>
    public static float LogOdds(float probability)
    {
        double p = Math.Clamp((double)probability, 1e-7, 1 - 1e-7);
        return (float)Math.Log(p / (1 - p));
    }
}
