using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>k nearest neighbours by Euclidean distance: the class shares or the mean label of the most similar training rows.</summary>
/// <remarks>
/// The model holds the training rows; beyond <see cref="MaxRows"/> a random sample of them, with classes in proportion. Row weights are
/// not used. Fitting costs a copy; scoring a row costs O(stored rows · features).
/// Source: Cover and Hart, Nearest neighbor pattern classification, IEEE Transactions on Information Theory 13(1), 1967.
/// </remarks>
public sealed record KNearestNeighbors : ITrainer<KNearestNeighbors>
{
    /// <summary>How many neighbours count, default 10.</summary>
    [Bounds(1, NeighborModel.MaxNeighbors)]
    public int Neighbors { get; init; } = 10;

    /// <summary>How much each counts, default one over its distance.</summary>
    public NeighborWeights Weights { get; init; } = NeighborWeights.Distance;

    /// <summary>Most rows that the model holds, default 20,000.</summary>
    [Bounds(1, 10_000_000)]
    public int MaxRows { get; init; } = 20_000;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("k-nearest-neighbors", "Class shares or mean label of the most similar rows.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
    };

    /// <inheritdoc/>
    public static SearchSpace<KNearestNeighbors> Space(DataShape data)
    {
        int most = Math.Clamp(data.Rows / 4, 2, 100);
        return new SearchSpace<KNearestNeighbors>()
            .LogInteger(nameof(Neighbors), 1, most, Math.Min(10, most), (t, v) => t with { Neighbors = v })
            .Choice(nameof(Weights), [NeighborWeights.Uniform, NeighborWeights.Distance], NeighborWeights.Distance, (t, v) => t with { Weights = v });
    }

    /// <inheritdoc/>
    /// <remarks>What it takes is taken when rows are scored; a quarter as many as it was fitted on are assumed.</remarks>
    public CostHint Cost(DataShape data)
    {
        double stored = Math.Min(data.Rows, MaxRows);
        return new CostHint(0.25 * data.Rows * stored * data.Features, (long)(12 * (stored + 8) * (data.Features + 1)) + (1 << 16));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        int[] rows = data.Rows <= MaxRows ? [.. Enumerable.Range(0, data.Rows)] : Sample(data, MaxRows, context.Seed);
        int width = data.Features.Width;
        float[] values = new float[checked(rows.Length * width)], labels = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            FeatureRow row = data.Features.Row(rows[i]);
            Span<float> kept = values.AsSpan(i * width, width);
            if (row.IsSparse) for (int j = 0; j < row.Indices.Length; j++) kept[row.Indices[j]] = row.Values[j];
            else row.Values.CopyTo(kept);
            foreach (float value in kept)
                if (!float.IsFinite(value)) throw new TrainingException(nameof(KNearestNeighbors), $"row {rows[i] + 1} holds {value}; distances take finite numbers, fill missing values first.");
            labels[i] = data.Labels[rows[i]];
        }
        context.Cancel.ThrowIfCancellationRequested();
        return new NeighborModel(values, width, labels, data.Target.Classes.Count, Neighbors, Weights);
    }

    /// <summary>Every n-th row by class and then at random, in ascending order.</summary>
    private static int[] Sample(TrainingSet data, int count, int seed)
    {
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        new Random(seed).Shuffle(rows);
        if (data.Task != MLTask.Regression)
        {
            float[] labels = data.Labels.ToArray();
            rows = [.. rows.OrderBy(r => labels[r])];
        }
        int[] kept = [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * data.Rows / count)])];
        Array.Sort(kept);
        return kept;
    }
}
