using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Turns a feature matrix into the columns that symmetric trees split by.</summary>
internal static class ColumnBins
{
    /// <summary>Categories of a feature for which sets of codes say no more than single ones in a few levels.</summary>
    public const int OnlyOneCode = 4;

    /// <summary>The columns of all features that vary, in the order of the features.</summary>
    /// <param name="data">The training rows.</param>
    /// <param name="validation">Rows to stop early by; null for none.</param>
    /// <param name="borders">Most borders of a quantity.</param>
    /// <param name="oneCodeLimit">Features of up to this many codes are split by one code; others by statistics.</param>
    /// <param name="orders">Random orders of the rows for statistics.</param>
    /// <param name="context">Seed and cancellation.</param>
    /// <param name="team">Who works.</param>
    public static SplitColumn[] Of(TrainingSet data, TrainingSet? validation, int borders, int oneCodeLimit, int orders, FitContext context, WorkTeam team)
    {
        IReadOnlyList<FeatureInfo> features = data.Features.Features;
        OrderedStatistics? statistics = features.Any(f => f.Categories > OnlyOneCode) ? new OrderedStatistics(data, orders, context.Seed) : null;
        SplitColumn[][] columns = new SplitColumn[features.Count][];
        team.Run(features.Count, (f, _) =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            float[] values = AdditiveBoosting.Column(data.Features, f), held = validation is null ? [] : AdditiveBoosting.Column(validation.Features, f);
            int categories = features[f].Categories;
            if (categories == 0) columns[f] = Quantity(f, values, held, borders) is { } quantity ? [quantity] : [];
            else
            {
                int[] codes = Codes(values, categories), heldCodes = Codes(held, categories);
                SplitColumn? one = categories <= oneCodeLimit ? OneCode(f, categories, codes, heldCodes) : null;
                columns[f] = [.. one is null ? [] : new[] { one }, .. categories > OnlyOneCode ? statistics!.Columns(f, categories, codes, heldCodes) : []];
            }
        });
        return [.. columns.SelectMany(c => c)];
    }

    /// <summary>The bins of rows by their codes.</summary>
    public static byte[] OfCodes(int[] codes, byte[] binOfCode)
    {
        byte[] bins = new byte[SplitColumn.Padded(codes.Length)];
        for (int i = 0; i < codes.Length; i++) bins[i] = binOfCode[codes[i]];
        return bins;
    }

    private static SplitColumn? Quantity(int feature, float[] values, float[] held, int borders)
    {
        float[] bounds = ColumnCut.Bounds(values, borders + 1);
        byte[] rows = OfValues(values, bounds);
        bool hasMissing = rows.AsSpan(0, values.Length).Contains((byte)(bounds.Length + 1)), hasKnown = rows.AsSpan(0, values.Length).ContainsAnyExcept((byte)(bounds.Length + 1));
        if (bounds.Length == 0 && !(hasMissing && hasKnown)) return null;
        return new SplitColumn
        {
            Feature = feature, Kind = SplitKind.Quantity, Known = bounds.Length + 1, HasMissing = hasMissing, Bounds = bounds,
            Rows = [rows], Validation = OfValues(held, bounds),
        };
    }

    private static SplitColumn? OneCode(int feature, int categories, int[] codes, int[] held)
    {
        if (!codes.AsSpan().ContainsAnyExcept(codes[0])) return null;
        byte[] binOfCode = [.. Enumerable.Range(0, categories + 1).Select(c => (byte)c)];
        return new SplitColumn
        {
            Feature = feature, Kind = SplitKind.OneCode, Known = categories, HasMissing = codes.Contains(categories), BinOfCode = binOfCode,
            Rows = [OfCodes(codes, binOfCode)], Validation = OfCodes(held, binOfCode),
        };
    }

    private static byte[] OfValues(float[] values, float[] bounds)
    {
        byte[] bins = new byte[SplitColumn.Padded(values.Length)];
        for (int i = 0; i < values.Length; i++) bins[i] = ColumnCut.BinOf(values[i], bounds);
        return bins;
    }

    // Cut to an integer, as scoring does.
    private static int[] Codes(float[] values, int categories)
    {
        int[] codes = new int[values.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = values[i] > -1 && values[i] < categories ? (int)values[i] : categories;
        return codes;
    }
}
