using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>A configuration that the portfolio may hold; what plays its part may differ from task to task.</summary>
internal sealed record PoolEntry(string Name, IReadOnlyList<ListedConfiguration> Listed)
{
    /// <summary>What it is for <paramref name="task"/>; null where it is not for it or its trainer is not there.</summary>
    public ListedConfiguration? For(MLTask task) => Listed.FirstOrDefault(l => (l.Tasks.Count == 0 || l.Tasks.Contains(task)) && Catalog.Trainer(l.Trainer) is { } t && MLPipes.Trainers.TrainerComposition.Serves(t.Card, task) && Knows(t, l, task));

    private static bool Knows(TrainerEntry trainer, ListedConfiguration listed, MLTask task)
    {
        DataShape large = new(trainer.Card.Tasks.Contains(task) ? task : trainer.Card.Tasks[0], 100_000, 50, task == MLTask.Regression ? 0 : 2) { CategoricalFeatures = 10 };
        return listed.Knobs.Keys.All(name => trainer.Space(large).Knobs.Any(k => k.Name == name));
    }
}

/// <summary>The configurations to choose from: published LightGBM rows at learning rates for short budgets, their modes, forests, linear models and others; ML.NET's trees are left to the search, for they take many times LightGBM's time.</summary>
internal static class ConfigurationPool
{
    // Leaves, learning rate, feature and bagging fraction, fewest rows of a leaf, L1, L2, random splits, cat_smooth, cat_l2, max_cat_to_onehot.
    // Rows of the CPU portfolio of AutoGluon 1.5 by their number there, then four of 2023's from TabRepo (Salinas and Erickson, AutoML 2024).
    private static readonly (string Name, int Leaves, double Rate, double Features, double Rows, int Leaf, double L1, double L2, bool IsRandom, double Smooth, double CatL2, int OneHot)[] published =
    [
        ("02", 64, 0.0193, 0.553, 0.992, 28, 0.914, 1.90, true, 1.87, 0.0143, 18),
        ("03", 39, 0.0179, 0.462, 0.877, 3, 0.238, 0.355, true, 15.4, 0.342, 16),
        ("05", 84, 0.0114, 0.528, 0.978, 3, 0.027, 0.838, false, 0.0093, 0.155, 42),
        ("07", 8, 0.0074, 0.425, 0.722, 15, 0.113, 0.262, true, 0.028, 1.89, 9),
        ("08", 180, 0.0180, 0.404, 0.950, 12, 0.766, 1.60, true, 0.064, 0.216, 11),
        ("10", 16, 0.0398, 0.579, 0.959, 1, 0.938, 0.990, false, 0.0215, 1.90, 27),
        ("12", 20, 0.0134, 0.425, 0.711, 2, 0.514, 0.513, false, 48.7, 0.868, 16),
        ("13", 5, 0.0127, 0.733, 0.854, 12, 0.241, 0.298, true, 5.09, 0.011, 67),
        ("16", 8, 0.0079, 0.940, 0.815, 24, 0.437, 0.300, false, 0.029, 0.0058, 28),
        ("21", 2, 0.0091, 0.588, 0.841, 17, 0.079, 0.771, false, 0.090, 0.928, 16),
        ("31", 24, 0.0309, 0.490, 0.780, 1, 0.642, 0.581, false, 0.134, 0.0071, 38),
        ("36", 23, 0.0947, 0.782, 0.704, 13, 0.370, 0.034, true, 56.5, 0.0135, 13),
        ("45", 106, 0.0508, 0.929, 0.967, 4, 0.045, 1.73, true, 0.0098, 1.77, 11),
        ("48", 19, 0.0433, 0.661, 0.933, 18, 0.557, 1.27, false, 29.2, 0.0068, 42),
        ("tr-a", 53, 0.0121, 0.702, 0.9, 14, 1e-4, 1e-2, false, 10, 10, 4),
        ("tr-b", 16, 0.0152, 0.564, 0.9, 48, 1e-4, 1e-2, true, 10, 10, 4),
        ("tr-c", 127, 0.0339, 0.828, 0.9, 6, 1e-4, 1e-2, true, 10, 10, 4),
        ("tr-d", 89, 0.0471, 0.625, 0.9, 56, 1e-4, 1e-2, false, 10, 10, 4),
    ];

    private static readonly Dictionary<string, string> asTheyStart = [];

    /// <summary>All of them; the constant predictor first.</summary>
    public static IReadOnlyList<PoolEntry> All { get; } = [.. Make()];

    private static IEnumerable<PoolEntry> Make()
    {
        yield return One("constant", "constant");
        yield return One("lightgbm", "lightgbm");
        foreach (var row in published)
        {
            yield return new PoolEntry($"lightgbm-{row.Name}", [Published(row, row.Rate < 0.025 ? 4 : row.Rate < 0.04 ? 2.5 : 1)]);
            if (row.Name is "02" or "10") yield return new PoolEntry($"lightgbm-{row.Name}-encoded", [Published(row, row.Name == "02" ? 4 : 2.5) with { Featurizers = ["target-encoding"] }]);
        }
        foreach (string featurizer in (string[])["number-pairs", "category-counts", "target-encoding", "category-crosses"])
            if (Catalog.Featurizers.Any(f => f.Card.Key == featurizer))
            {
                yield return new PoolEntry($"lightgbm+{featurizer}", [new ListedConfiguration { Trainer = "lightgbm", Featurizers = [featurizer] }]);
                if (featurizer is "category-crosses" or "number-pairs") yield return new PoolEntry($"linear+{featurizer}", [.. Linear(asTheyStart).Select(l => l with { Featurizers = [featurizer] })]);
            }
        yield return new PoolEntry("linear", [.. Linear(asTheyStart)]);
        foreach (string penalty in (string[])["0.1", "10"]) yield return new PoolEntry($"linear-{penalty}", [.. Linear(new Dictionary<string, string> { ["L2"] = penalty })]);
        yield return new PoolEntry("sdca", [.. new[] { ("sdca-logistic", MLTask.Binary), ("sdca-maxent", MLTask.Multiclass), ("sdca-linear", MLTask.Regression) }.Select(p => new ListedConfiguration { Trainer = p.Item1, Tasks = [p.Item2] })]);
        yield return One("poisson", "lbfgs-poisson");
        foreach (string forest in (string[])["extra-trees", "random-forest"])
        {
            yield return One(forest, forest);
            yield return One($"{forest}-wide", forest, ("FeatureFraction", "0.75"));
            yield return One($"{forest}-leaf", forest, ("FeatureFraction", "0.5"), ("MinLeaf", "4"));
        }
        yield return One("k-nearest-neighbors", "k-nearest-neighbors");
        yield return One("k-nearest-neighbors-30", "k-nearest-neighbors", ("Neighbors", "30"));
        yield return One("gam", "gam");
        yield return One("gam-slow", "gam", ("LearningRate", "0.03"), ("Rounds", "1000"));
        yield return One("naive-bayes", "naive-bayes");
        yield return One("symmetric-boosting", "symmetric-boosting");
        yield return One("symmetric-boosting-shallow", "symmetric-boosting", ("Depth", "4"), ("LearningRate", "0.1"));
        yield return One("symmetric-boosting-deep", "symmetric-boosting", ("Depth", "8"), ("L2", "6"));
        yield return One("neural-network", "neural-network");
        yield return One("neural-network-plain", "neural-network", ("Numbers", "Plain"), ("Width", "128"), ("Layers", "2"));
        yield return One("tabm", "tabm");
        yield return One("lightgbm-linear-leaves", "lightgbm", ("LinearLeaves", "True"), ("Leaves", "15"));
    }

    private static IEnumerable<ListedConfiguration> Linear(IReadOnlyDictionary<string, string> knobs) =>
    [
        new() { Trainer = "lbfgs-logistic", Tasks = [MLTask.Binary], Knobs = knobs },
        new() { Trainer = "lbfgs-maxent", Tasks = [MLTask.Multiclass], Knobs = knobs },
        new() { Trainer = "ridge", Tasks = [MLTask.Regression], Knobs = knobs },
    ];

    private static PoolEntry One(string name, string trainer, params (string Knob, string Value)[] knobs) =>
        new(name, [new ListedConfiguration { Trainer = trainer, Knobs = knobs.ToDictionary(k => k.Knob, k => k.Value) }]);

    private static ListedConfiguration Published((string Name, int Leaves, double Rate, double Features, double Rows, int Leaf, double L1, double L2, bool IsRandom, double Smooth, double CatL2, int OneHot) row, double faster)
    {
        static string Text(double value) => value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        return new ListedConfiguration
        {
            Trainer = "lightgbm",
            Knobs = new Dictionary<string, string>
            {
                ["LearningRate"] = Text(row.Rate * faster), ["Leaves"] = Text(row.Leaves), ["FeatureFraction"] = Text(row.Features), ["BaggingFraction"] = Text(row.Rows), ["MinDataInLeaf"] = Text(row.Leaf),
                ["L1"] = Text(row.L1), ["L2"] = Text(row.L2), ["Splits"] = row.IsRandom ? "Random" : "Best", ["CatSmooth"] = Text(row.Smooth), ["CatL2"] = Text(row.CatL2), ["MaxCatToOneHot"] = Text(row.OneHot),
            },
        };
    }
}
