namespace MLPipes.AutoSearch;

/// <summary>How a search for a model of numbers runs.</summary>
public sealed class RegressionExperimentSettings : ExperimentSettings
{
    /// <summary>What is improved; default RSquared.</summary>
    public RegressionMetric OptimizingMetric { get; set; } = RegressionMetric.RSquared;

    /// <summary>
    /// The trainers that may be used. As long as all of ML.NET's are in it, every trainer of the catalog takes part; once one is taken out, only those that are left.
    /// </summary>
    public ICollection<RegressionTrainer> Trainers { get; } = [.. Enum.GetValues<RegressionTrainer>()];
}
