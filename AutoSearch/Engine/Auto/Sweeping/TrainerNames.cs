namespace MLPipes.AutoSearch;

/// <summary>What ML.NET users call our trainers and their options.</summary>
internal static class TrainerNames
{
    /// <summary>Our key for each name that the calls of ML.NET's AutoML have.</summary>
    public const string FastForest = "fast-forest", FastTree = "fast-tree", LightGbm = "lightgbm", LbfgsLogistic = "lbfgs-logistic", SdcaLogistic = "sdca-logistic",
        LbfgsMaximumEntropy = "lbfgs-maxent", SdcaMaximumEntropy = "sdca-maxent", LbfgsPoisson = "lbfgs-poisson", Sdca = "sdca-linear";

    private static readonly Dictionary<string, string[]> properties = new(StringComparer.Ordinal)
    {
        ["NumberOfLeaves"] = ["Leaves"],
        ["NumberOfTrees"] = ["Trees", "Rounds", "MaxRounds"],
        ["MinimumExampleCountPerLeaf"] = ["MinDataInLeaf", "RowsPerLeaf"],
        ["SubsampleFraction"] = ["BaggingFraction", "RowShare"],
        ["FeatureFraction"] = ["FeatureFraction", "FeatureShare"],
        ["MaximumBinCountPerFeature"] = ["Bins", "MaxBins", "MaxBin"],
        ["L1Regularization"] = ["L1"],
        ["L2Regularization"] = ["L2"],
    };

    /// <summary>The property of a trainer of ours that an option class of ML.NET's AutoML calls <paramref name="name"/>.</summary>
    /// <exception cref="OptionsException">The trainer has no such option.</exception>
    public static string PropertyOf(string name, IReadOnlySet<string> known)
    {
        if (known.Contains(name)) return name;
        return properties.GetValueOrDefault(name)?.FirstOrDefault(known.Contains)
            ?? throw new OptionsException("search space", [$"The trainer has no option '{name}'. It has {string.Join(", ", known.Order(StringComparer.Ordinal))}."]);
    }
}
