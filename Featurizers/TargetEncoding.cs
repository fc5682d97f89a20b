using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Each category as the average label of its rows, drawn towards the overall average; cross-fitted on training rows.</summary>
/// <remarks>
/// value = (Σ w·y over the category + m · prior) / (Σ w + m), with the prior the average label of all rows (Micci-Barreca, SIGKDD
/// Explorations 3(1), 2001, equation 3 with additive weights). A training row's value leaves out the rows of its own fold, so
/// that its label never reaches its features; the prior stays that of all rows, or its shift from fold to fold would tell the
/// label. One feature for binary and regression, one for each frequent class else. Missing is a category; unseen gets the prior.
/// </remarks>
public sealed record TargetEncoding : IFeaturizer<TargetEncoding>
{
    /// <summary>m: how many rows' worth of the overall average each category starts from.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double Smoothing { get; init; } = 10;

    /// <summary>Number of parts that training rows are cross-fitted in.</summary>
    [Bounds(2, 100)]
    public int FoldCount { get; init; } = 5;

    /// <summary>Of a label with more classes only so many of the most frequent get a feature.</summary>
    [Bounds(2, 1000)]
    public int MaxClasses { get; init; } = 10;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("target-encoding", "Each category as its average label, smoothed and cross-fitted: for many categories.", ColumnRole.Category)
    {
        Priority = 6,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (context.Target is not { } target) return FeaturizerFit.Decline("there is no label to average");
        LevelCounts levels = LevelCounts.Of(columns[0]);
        if (levels.Levels.Length + (levels.Missing > 0 ? 1 : 0) < 2) return FeaturizerFit.Decline("all its values are equal");
        if (levels.Counts[0] < 2) return FeaturizerFit.Decline("no two rows share a category");
        LabelValues labels = LabelValues.Of(target, context.Weights, MaxClasses);
        byte[] folds = Folds.Of(columns[0].Count, FoldCount, context.Seed);
        int missing = levels.Levels.Length, outputs = labels.Count;
        float[] encoded = new float[(missing + 2) * outputs];
        float[] training = new float[columns[0].Count * outputs];
        for (int output = 0; output < outputs; output++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            Encode(levels.Codes, missing, labels, output, folds, encoded, training);
        }
        if (context.Needs.HasFlag(Needs.Scaled))
        {
            (double[] centers, double[] scales) = TrainingScale.Apply(training, outputs);
            for (int i = 0; i < encoded.Length; i++) encoded[i] = (float)((encoded[i] - centers[i % outputs]) * scales[i % outputs]);
        }
        FeatureInfo[] features = [.. labels.Names.Select(name => new FeatureInfo(name.Length == 0 ? $"{columns[0].Name}.target" : $"{columns[0].Name}.target={name}", columns[0].Name))];
        return FeaturizerFit.Of(new LevelValuesTransform(features, new LevelMap(levels.Levels), encoded), training);
    }

    // encoded: [levels + missing + unseen, outputs]; training: [rows, outputs].
    private void Encode(int[] codes, int missing, LabelValues labels, int output, byte[] folds, float[] encoded, float[] training)
    {
        int outputs = labels.Count;
        double[] sums = new double[missing + 1], weights = new double[missing + 1];
        double[] foldSums = new double[missing + 1], foldWeights = new double[missing + 1];
        double sum = 0, weight = 0;
        for (int row = 0; row < codes.Length; row++)
        {
            int level = codes[row] < 0 ? missing : codes[row];
            double w = labels.WeightOf(row), y = labels.At(row, output);
            sums[level] += w * y;
            weights[level] += w;
            sum += w * y;
            weight += w;
        }
        double prior = weight > 0 ? sum / weight : 0;
        for (int level = 0; level <= missing; level++)
            encoded[(level * outputs) + output] = (float)((sums[level] + (Smoothing * prior)) / (weights[level] + Smoothing));
        encoded[((missing + 1) * outputs) + output] = (float)prior;

        for (int fold = 0; fold < FoldCount; fold++)
        {
            Array.Clear(foldSums);
            Array.Clear(foldWeights);
            for (int row = 0; row < codes.Length; row++)
            {
                if (folds[row] != fold) continue;
                int level = codes[row] < 0 ? missing : codes[row];
                foldSums[level] += labels.WeightOf(row) * labels.At(row, output);
                foldWeights[level] += labels.WeightOf(row);
            }
            for (int row = 0; row < codes.Length; row++)
            {
                if (folds[row] != fold) continue;
                int level = codes[row] < 0 ? missing : codes[row];
                double left = Math.Max(0, weights[level] - foldWeights[level]);
                training[(row * outputs) + output] = (float)((sums[level] - foldSums[level] + (Smoothing * prior)) / (left + Smoothing));
            }
        }
    }
}
