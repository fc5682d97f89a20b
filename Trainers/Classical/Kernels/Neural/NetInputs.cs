using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Learns how the features of a training set become the inputs of a network.</summary>
/// <remarks>
/// Numbers are scaled by their quartiles, by half their range where these are equal; constant ones are left out. Categories of up to 9
/// levels have a cell for each, larger ones an embedding. Source: Holzmüller et al., Better by Default, NeurIPS 2024, section 3.
/// </remarks>
internal static class NetInputs
{
    private const int MostCells = 9, MostCodes = 1000;

    /// <summary>The encoding of <paramref name="set"/>.</summary>
    public static NeuralInputs Of(TrainingSet set, FitContext context)
    {
        int width = set.Features.Width;
        (double Center, double Scale, bool IsNumber, bool HasMissing)[] seen = new (double, double, bool, bool)[width];
        int[] rows = NetData.Present(set);
        Concurrent.Run(width, context.Threads, f =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            seen[f] = Look(set.Features, rows, f);
        });
        int[] numbers = Where((f, levels) => levels == 0 && seen[f].IsNumber), groups = Where((_, levels) => levels is > 2 and <= MostCells), coded = Where((_, levels) => levels > MostCells);
        return new NeuralInputs
        {
            Features = width,
            Numbers = numbers,
            Centers = [.. numbers.Select(f => seen[f].Center)],
            Scales = [.. numbers.Select(f => seen[f].Scale)],
            Flags = Where((f, levels) => levels < 2 && seen[f].HasMissing),
            Pairs = Where((_, levels) => levels == 2),
            Groups = groups,
            GroupLevels = [.. groups.Select(f => set.Features.Features[f].Categories)],
            Coded = coded,
            Codes = [.. coded.Select(f => Math.Min(set.Features.Features[f].Categories, MostCodes) + 1)],
        };

        int[] Where(Func<int, int, bool> chosen) => [.. Enumerable.Range(0, width).Where(f => chosen(f, set.Features.Features[f].Categories))];
    }

    private static (double Center, double Scale, bool IsNumber, bool HasMissing) Look(FeatureMatrix features, int[] rows, int feature)
    {
        float[] column = AdditiveBoosting.Column(features, feature), values = new float[rows.Length];
        int count = 0;
        foreach (int row in rows)
            if (!float.IsNaN(column[row])) values[count++] = Math.Clamp(column[row], float.MinValue, float.MaxValue);
        bool hasMissing = count > 0 && count < rows.Length;
        Span<float> known = values.AsSpan(0, count);
        known.Sort();
        if (count == 0 || known[0] == known[^1]) return (0, 0, false, hasMissing);
        double low = Quantile(known, 0.25), high = Quantile(known, 0.75), range = (double)known[^1] - known[0];
        double scale = high > low ? 1 / (high - low) : 2 / range;
        return (Quantile(known, 0.5), Math.Min(scale, 1e300), true, hasMissing);
    }

    private static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * ((double)sorted[above] - sorted[below]));
    }
}
