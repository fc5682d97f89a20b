using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Statistics of the label by category, each training row's from the rows before it in a random order only.</summary>
/// <remarks>
/// statistic = (Σ of the label over earlier rows of the category + a · mean) / (their weight + a): a row's own label does not reach its
/// feature, so a category of one row says nothing. Several orders are kept, and each tree takes one. At prediction the statistic is
/// that of all training rows, a fixed number for each code; a split of it is a set of codes.
/// Source: Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, NeurIPS 2018, section 3.2.
/// </remarks>
internal sealed class OrderedStatistics
{
    private const int MaxBins = 48;
    private const int MaxClasses = 8;

    private readonly TrainingSet data;
    private readonly int[][] orders;
    private readonly float[][] targets;
    private readonly double[] means;

    public OrderedStatistics(TrainingSet data, int orders, int seed)
    {
        this.data = data;
        this.orders = [.. Enumerable.Range(0, orders).Select(o => Shuffled(data.Rows, seed, o))];
        targets = TargetsOf(data);
        means = [.. targets.Select(t => Mean(t, data.Weights))];
    }

    /// <summary>The columns of one feature's codes.</summary>
    /// <param name="feature">Index of the feature.</param>
    /// <param name="categories">Number of its codes.</param>
    /// <param name="codes">[rows]; <paramref name="categories"/> where there is none.</param>
    /// <param name="validation">[validation rows], the same.</param>
    public IEnumerable<SplitColumn> Columns(int feature, int categories, int[] codes, int[] validation)
    {
        foreach (double strength in targets.Length == 1 ? new[] { 1.0, 10.0 } : [1.0])
            for (int t = 0; t < targets.Length; t++)
            {
                float[][] rows = [.. orders.Select(order => Walk(order, codes, categories, targets[t], means[t], strength))];
                if (Column(feature, codes, validation, rows, Final(codes, categories, targets[t], means[t], strength)) is { } column) yield return column;
            }
    }

    private static SplitColumn? Column(int feature, int[] codes, int[] validation, float[][] rows, float[] final)
    {
        // Between the final values of categories, by their rows. Cuts within what one category's rows have had along the way would split
        // them by their place in the order, which says nothing.
        float[] bounds = ColumnCut.Bounds([.. codes.Select(c => final[c])], MaxBins);
        if (bounds.Length == 0) return null;
        byte[] binOfCode = [.. final.Select(v => ColumnCut.BinOf(v, bounds))];
        return new SplitColumn
        {
            Feature = feature, Kind = SplitKind.Statistic, Known = bounds.Length + 1, HasMissing = false, BinOfCode = binOfCode,
            Rows = [.. rows.Select(r => Bins(r, bounds))],
            Validation = ColumnBins.OfCodes(validation, binOfCode),
        };
    }

    private float[] Walk(int[] order, int[] codes, int categories, float[] target, double mean, double strength)
    {
        double[] sums = new double[categories + 1], totals = new double[categories + 1];
        float[] statistics = new float[codes.Length];
        ReadOnlySpan<float> weights = data.Weights;
        foreach (int row in order)
        {
            int code = codes[row];
            statistics[row] = (float)((sums[code] + (strength * mean)) / (totals[code] + strength));
            double weight = weights.IsEmpty ? 1 : weights[row];
            sums[code] += weight * target[row];
            totals[code] += weight;
        }
        return statistics;
    }

    private float[] Final(int[] codes, int categories, float[] target, double mean, double strength)
    {
        double[] sums = new double[categories + 1], totals = new double[categories + 1];
        ReadOnlySpan<float> weights = data.Weights;
        for (int row = 0; row < codes.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            sums[codes[row]] += weight * target[row];
            totals[codes[row]] += weight;
        }
        return [.. sums.Select((sum, code) => (float)((sum + (strength * mean)) / (totals[code] + strength)))];
    }

    private static byte[] Bins(float[] values, float[] bounds)
    {
        byte[] bins = new byte[SplitColumn.Padded(values.Length)];
        for (int i = 0; i < values.Length; i++) bins[i] = ColumnCut.BinOf(values[i], bounds);
        return bins;
    }

    // The label itself for one output; for several classes whether the row is of the class, the most frequent classes only.
    private static float[][] TargetsOf(TrainingSet data)
    {
        if (data.Task != MLTask.Multiclass) return [data.Labels.ToArray()];
        int[] counts = new int[data.Target.Classes.Count];
        foreach (float label in data.Labels) counts[(int)label]++;
        int[] classes = [.. Enumerable.Range(0, counts.Length).OrderByDescending(k => counts[k]).ThenBy(k => k).Take(MaxClasses)];
        float[][] targets = new float[classes.Length][];
        for (int k = 0; k < classes.Length; k++)
        {
            targets[k] = new float[data.Rows];
            for (int row = 0; row < data.Rows; row++) targets[k][row] = (int)data.Labels[row] == classes[k] ? 1 : 0;
        }
        return targets;
    }

    private static double Mean(float[] target, ReadOnlySpan<float> weights)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < target.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            sum += weight * target[row];
            total += weight;
        }
        return sum / total;
    }

    private static int[] Shuffled(int rows, int seed, int number)
    {
        SplitMix random = new(seed, int.MinValue + number);
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            int other = random.Below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
