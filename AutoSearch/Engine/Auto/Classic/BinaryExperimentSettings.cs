namespace MLPipes.AutoSearch;

/// <summary>How a search for a model of two classes runs.</summary>
public sealed class BinaryExperimentSettings : ExperimentSettings
{
    /// <summary>What is improved; default Accuracy.</summary>
    public BinaryClassificationMetric OptimizingMetric { get; set; } = BinaryClassificationMetric.Accuracy;

    /// <summary>
    /// The trainers that may be used. As long as all of ML.NET's are in it, every trainer of the catalog takes part; once one is taken out, only those that are left.
    /// </summary>
    public ICollection<BinaryClassificationTrainer> Trainers { get; } = [.. Enum.GetValues<BinaryClassificationTrainer>()];
}
