using Microsoft.ML;
using static Microsoft.ML.DataOperationsCatalog;

namespace MLPipes.AutoSearch;

/// <summary>Sets up an <see cref="AutoMLExperiment"/>.</summary>
public static class AutoMLExperimentExtension
{
    /// <summary>Searches the ways through <paramref name="pipeline"/> and the options of its steps.</summary>
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline) => experiment.With(e => e.Pipeline = pipeline);

    /// <summary>Learns from <paramref name="train"/> and scores trials on <paramref name="validation"/>.</summary>
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView train, IDataView validation) =>
        experiment.With(e => e.Data = new ExperimentData(train, validation, 0, null));

    /// <summary>Learns from the training part and scores trials on the test part.</summary>
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, TrainTestData trainValidationSplit) =>
        experiment.SetDataset(trainValidationSplit.TrainSet, trainValidationSplit.TestSet);

    /// <summary>Scores trials by cross-validation.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="dataset">The rows.</param>
    /// <param name="fold">Number of folds, at least 2.</param>
    /// <param name="samplingKeyColumnName">A column whose equal values stay on one side of every split.</param>
    public static AutoMLExperiment SetDataset(this AutoMLExperiment experiment, IDataView dataset, int fold = 10, string? samplingKeyColumnName = null) => fold < 2
        ? throw new OptionsException(nameof(SetDataset), [$"{fold} folds, at least 2 are needed."])
        : experiment.With(e => e.Data = new ExperimentData(dataset, null, fold, samplingKeyColumnName));

    /// <summary>Improves a metric of two classes.</summary>
    public static AutoMLExperiment SetBinaryClassificationMetric(this AutoMLExperiment experiment, BinaryClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.With(e => e.Metric = ExperimentMetric.Of(metric, labelColumn, predictedColumn));

    /// <summary>Improves a metric of several classes.</summary>
    public static AutoMLExperiment SetMulticlassClassificationMetric(this AutoMLExperiment experiment, MulticlassClassificationMetric metric, string labelColumn = "label", string predictedColumn = "PredictedLabel") =>
        experiment.With(e => e.Metric = ExperimentMetric.Of(metric, labelColumn, predictedColumn));

    /// <summary>Improves a metric of predicted numbers.</summary>
    public static AutoMLExperiment SetRegressionMetric(this AutoMLExperiment experiment, RegressionMetric metric, string labelColumn = "Label", string scoreColumn = "Score") =>
        experiment.With(e => e.Metric = ExperimentMetric.Of(metric, labelColumn, scoreColumn));

    /// <summary>Notes the process's peaks of CPU and memory in trials' results, looking every so often.</summary>
    public static AutoMLExperiment SetPerformanceMonitor(this AutoMLExperiment experiment, int checkIntervalInMilliseconds = 1000) => checkIntervalInMilliseconds < 1
        ? throw new OptionsException(nameof(SetPerformanceMonitor), [$"{checkIntervalInMilliseconds} ms is no interval."])
        : experiment.With(e => e.WatchEvery = TimeSpan.FromMilliseconds(checkIntervalInMilliseconds));

    /// <summary>Steps around the best of each candidate, shorter as they cease to help; see <see cref="SearchStrategy.CostFrugal"/>.</summary>
    public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) => experiment.With(e => e.Tuner = SearchStrategy.CostFrugal);

    /// <summary>Candidates by what their next improvement costs, the default; see <see cref="SearchStrategy.Auto"/>.</summary>
    public static AutoMLExperiment SetEciCostFrugalTuner(this AutoMLExperiment experiment) => experiment.With(e => e.Tuner = SearchStrategy.Auto);

    /// <summary>By a model of where good points lie; see <see cref="SearchStrategy.ModelBased"/>.</summary>
    public static AutoMLExperiment SetSmacTuner(this AutoMLExperiment experiment) => experiment.With(e => e.Tuner = SearchStrategy.ModelBased);

    /// <summary>Random points; see <see cref="SearchStrategy.Random"/>.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="seed">The experiment's seed; null to leave it.</param>
    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) => experiment.With(e =>
    {
        e.Tuner = SearchStrategy.Random;
        e.Settings.Seed = seed ?? e.Settings.Seed;
    });

    /// <summary>Ever finer grids; see <see cref="SearchStrategy.Grid"/>.</summary>
    public static AutoMLExperiment SetGridSearchTuner(this AutoMLExperiment experiment) => experiment.With(e => e.Tuner = SearchStrategy.Grid);

    /// <summary>
    /// Keeps every completed trial, its predictions and models in a journal in <paramref name="folder"/>, each as it ends. A later run of the same
    /// experiment goes on from there, whatever ended this one.
    /// </summary>
    public static AutoMLExperiment SetCheckpoint(this AutoMLExperiment experiment, string folder) => experiment.With(e => e.Checkpoint = folder);

    /// <summary>The space with others added, each by its key.</summary>
    internal static SearchSpace With(this SearchSpace space, IEnumerable<KeyValuePair<string, SearchSpace>> others)
    {
        foreach ((string key, SearchSpace other) in others) space[key] = other;
        return space;
    }

    private static AutoMLExperiment With(this AutoMLExperiment experiment, Action<AutoMLExperiment> set)
    {
        set(experiment);
        return experiment;
    }
}
