using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>Searches for a model of several classes: set up by its settings, run by <c>Execute</c>.</summary>
public sealed class MulticlassClassificationExperiment : ExperimentBase<MulticlassClassificationMetrics, MulticlassExperimentSettings>
{
    internal MulticlassClassificationExperiment(MLContext context, MulticlassExperimentSettings settings) : base(context, settings) { }

    private protected override MLTask Task => MLTask.Multiclass;

    private protected override ExperimentMetric MetricFor(string label) => ExperimentMetric.Of(Settings.OptimizingMetric, label);

    private protected override AutoCatalog.TrainerSwitch[] Switches(ICollection<string> allowed) =>
    [
        new(TrainerNames.FastTree, allowed.Contains(nameof(MulticlassClassificationTrainer.FastTreeOva)), null),
        new(TrainerNames.FastForest, allowed.Contains(nameof(MulticlassClassificationTrainer.FastForestOva)), null),
        new(TrainerNames.LightGbm, allowed.Contains(nameof(MulticlassClassificationTrainer.LightGbm)), null),
        new(TrainerNames.LbfgsMaximumEntropy, allowed.Contains(nameof(MulticlassClassificationTrainer.LbfgsMaximumEntropy)), null),
        new(TrainerNames.LbfgsLogistic, allowed.Contains(nameof(MulticlassClassificationTrainer.LbfgsLogisticRegressionOva)), null),
        new(TrainerNames.SdcaMaximumEntropy, allowed.Contains(nameof(MulticlassClassificationTrainer.SdcaMaximumEntropy)), null),
    ];

    private protected override ICollection<string> AllowedTrainers => [.. Settings.Trainers.Select(t => t.ToString())];

    private protected override MulticlassClassificationMetrics Evaluate(ValidationRows rows) => rows.Multiclass();
}
