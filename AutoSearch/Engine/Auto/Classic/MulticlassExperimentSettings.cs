namespace MLPipes.AutoSearch;

/// <summary>How a search for a model of several classes runs.</summary>
public sealed class MulticlassExperimentSettings : ExperimentSettings
{
    /// <summary>What is improved; default MicroAccuracy.</summary>
    public MulticlassClassificationMetric OptimizingMetric { get; set; } = MulticlassClassificationMetric.MicroAccuracy;

    /// <summary>
    /// The trainers that may be used. As long as all of ML.NET's are in it, every trainer of the catalog takes part; once one is taken out, only those that are left.
    /// </summary>
    public ICollection<MulticlassClassificationTrainer> Trainers { get; } = [.. Enum.GetValues<MulticlassClassificationTrainer>()];
}
