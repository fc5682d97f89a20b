using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>Searches for a model of two classes: set up by its settings, run by <c>Execute</c>.</summary>
public sealed class BinaryClassificationExperiment : ExperimentBase<BinaryClassificationMetrics, BinaryExperimentSettings>
{
    internal BinaryClassificationExperiment(MLContext context, BinaryExperimentSettings settings) : base(context, settings) { }

    private protected override MLTask Task => MLTask.Binary;

    private protected override ExperimentMetric MetricFor(string label) => ExperimentMetric.Of(Settings.OptimizingMetric, label);

    private protected override AutoCatalog.TrainerSwitch[] Switches(ICollection<string> allowed) =>
    [
        new(TrainerNames.FastTree, allowed.Contains(nameof(BinaryClassificationTrainer.FastTree)), null),
        new(TrainerNames.FastForest, allowed.Contains(nameof(BinaryClassificationTrainer.FastForest)), null),
        new(TrainerNames.LightGbm, allowed.Contains(nameof(BinaryClassificationTrainer.LightGbm)), null),
        new(TrainerNames.LbfgsLogistic, allowed.Contains(nameof(BinaryClassificationTrainer.LbfgsLogisticRegression)), null),
        new(TrainerNames.SdcaLogistic, allowed.Contains(nameof(BinaryClassificationTrainer.SdcaLogisticRegression)), null),
    ];

    private protected override ICollection<string> AllowedTrainers => [.. Settings.Trainers.Select(t => t.ToString())];

    private protected override BinaryClassificationMetrics Evaluate(ValidationRows rows) => rows.Binary();
}
