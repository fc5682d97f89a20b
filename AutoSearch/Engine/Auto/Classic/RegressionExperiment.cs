using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>Searches for a model of numbers: set up by its settings, run by <c>Execute</c>.</summary>
public sealed class RegressionExperiment : ExperimentBase<RegressionMetrics, RegressionExperimentSettings>
{
    internal RegressionExperiment(MLContext context, RegressionExperimentSettings settings) : base(context, settings) { }

    private protected override MLTask Task => MLTask.Regression;

    private protected override ExperimentMetric MetricFor(string label) => ExperimentMetric.Of(Settings.OptimizingMetric, label);

    private protected override AutoCatalog.TrainerSwitch[] Switches(ICollection<string> allowed) =>
    [
        new(TrainerNames.FastTree, allowed.Contains(nameof(RegressionTrainer.FastTree)), null),
        new(TrainerNames.FastForest, allowed.Contains(nameof(RegressionTrainer.FastForest)), null),
        new(TrainerNames.LightGbm, allowed.Contains(nameof(RegressionTrainer.LightGbm)), null),
        new(TrainerNames.LbfgsPoisson, allowed.Contains(nameof(RegressionTrainer.LbfgsPoissonRegression)), null),
        new(TrainerNames.Sdca, allowed.Contains(nameof(RegressionTrainer.StochasticDualCoordinateAscent)), null),
    ];

    private protected override ICollection<string> AllowedTrainers => [.. Settings.Trainers.Select(t => t.ToString())];

    private protected override RegressionMetrics Evaluate(ValidationRows rows) => rows.Regression();
}
