using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

/// <summary>A featurizer fitted on columns that it did not decline.</summary>
internal sealed record Case(FeaturizerEntry Entry, Column[] Columns, FeaturizerContext Context, FeaturizerFit Fit)
{
    public ITransform Transform => Fit.Transform!;

    public override string ToString() => $"{Entry.Card.Key} on {Columns[0].Kind} '{Columns[0].Name}' for {Context.Needs}, {Context.Target?.Task.ToString() ?? "no label"}";
}

internal static class Cases
{
    private static readonly Needs[] tried =
        [Needs.None, Needs.Dense, Needs.NoMissing, Needs.NumericOnly | Needs.NoMissing, FeaturePlanTests.Linear, FeaturePlanTests.Linear | Needs.Dense,
        FeaturePlanTests.Linear | Needs.Dense | Needs.WordIds];

    /// <summary>Every combination of columns, needs and task that the featurizer takes.</summary>
    public static IEnumerable<Case> Of(FeaturizerEntry entry)
    {
        int found = 0;
        foreach (Column[] columns in Inputs(entry, Tiny.Rows))
        {
            foreach (FeaturizerContext context in Contexts(entry, Tiny.Rows))
            {
                FeaturizerFit fit = Create(entry).Fit(columns, context);
                if (fit.Transform is null) continue;
                found++;
                yield return new Case(entry, columns, context, fit);
            }
        }
        Assert.IsGreaterThan(0, found, $"{entry.Card.Key} declined everything");
    }

    /// <summary>With default options, save that hashing goes to few features: 32,768 of them tell no more and take a minute.</summary>
    public static IFeaturizer Create(FeaturizerEntry entry)
    {
        IFeaturizer featurizer = entry.Create();
        entry.Type.GetProperty("Buckets")?.SetValue(featurizer, 256);
        return featurizer;
    }

    public static IEnumerable<Column[]> Inputs(FeaturizerEntry entry, int rows) => entry.Card is { TakesAll: true, Role: ColumnRole.Category }
        ? [[Tiny.Categories("a", rows, 3, seed: 21), Tiny.Categories("b", rows, 4, seed: 22), Tiny.Booleans("c", rows, seed: 23)]]
        : entry.Card.TakesAll
        ? [[Tiny.Numbers("a", rows, 0, seed: 21), Tiny.Numbers("b", rows, 0, seed: 22), Tiny.Numbers("c", rows, 0, skewed: true, seed: 23)]]
        : Tiny.For(entry.Card.Role, rows).Select(c => new[] { c });

    public static IEnumerable<FeaturizerContext> Contexts(FeaturizerEntry entry, int rows)
    {
        foreach (Needs needs in tried.Where(entry.Card.Serves))
        {
            yield return new FeaturizerContext { Needs = needs, Seed = 5 };
            foreach (MLTask task in Enum.GetValues<MLTask>())
                yield return new FeaturizerContext { Needs = needs, Seed = 5, Target = !entry.Card.TakesAll ? Tiny.Label(task, rows) : entry.Card.Role == ColumnRole.Category ? Crossed(task, rows) : Ratio(task, rows) };
        }
    }

    // A label that two columns tell together and neither alone.
    private static Target Ratio(MLTask task, int rows)
    {
        Column[] parents = [Tiny.Numbers("a", rows, 0, seed: 21), Tiny.Numbers("b", rows, 0, seed: 22)];
        float[] ratios = [.. Enumerable.Range(0, rows).Select(i => NumberCells.At(parents[0], i) / NumberCells.At(parents[1], i))];
        return task switch
        {
            MLTask.Regression => new Target("y", task, ratios, []),
            MLTask.Binary => new Target("y", task, [.. ratios.Select(r => r > 1 ? 1f : 0f)], ["no", "yes"]),
            _ => new Target("y", task, [.. ratios.Select(r => r > 1.1f ? 2f : r > 0.9f ? 1f : 0f)], ["low", "middle", "high"]),
        };
    }

    // A label that two categories tell together and neither alone: whether their numbers have the same parity.
    private static Target Crossed(MLTask task, int rows)
    {
        CategoryColumn a = Tiny.Categories("a", rows, 3, seed: 21), b = Tiny.Categories("b", rows, 4, seed: 22);
        int[] same = [.. Enumerable.Range(0, rows).Select(i => (a.Codes[i] + b.Codes[i] + 2) % 2)];
        return task switch
        {
            MLTask.Regression => new Target("y", task, [.. same.Select((s, i) => s + (0.1f * (i % 3)))], []),
            MLTask.Binary => new Target("y", task, [.. same.Select(s => (float)s)], ["no", "yes"]),
            _ => new Target("y", task, [.. same.Select((s, i) => s == 0 ? 0f : i % 5 == 0 ? 1f : 2f)], ["low", "middle", "high"]),
        };
    }

    /// <summary>Columns that hold what no training column held, in every storage kind.</summary>
    public static IEnumerable<Column> Strange(int rows) =>
    [
        new NumberColumn("n", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? float.MaxValue : float.MinValue)]),
        new IntegerColumn("n", [.. Enumerable.Repeat(long.MaxValue, rows)]),
        new BooleanColumn("n", new byte[rows]),
        new DateColumn("n", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? DateTime.MinValue.Ticks : DateTime.MaxValue.Ticks)]),
        new CategoryColumn("n", new int[rows], ["\uD800 lone 😀 'surrogate'"]),
        new TextColumn("n", [.. Enumerable.Repeat("x \u0300\u0301 '' ’ \n\t 中文 𠀀 ١٢٣ ǅ".AsMemory(), rows)]),
        new VectorColumn("n", [.. Enumerable.Range(0, rows * 2).Select(i => i % 3 == 0 ? float.NaN : float.PositiveInfinity)], 2),
    ];

    public static float[] Dense(ITransform transform, Column[] columns)
    {
        int width = transform.Features.Count;
        float[] values = new float[columns[0].Count * width];
        transform.Write(columns, 0, columns[0].Count, new FeatureBlock(values, width));
        return values;
    }
}
