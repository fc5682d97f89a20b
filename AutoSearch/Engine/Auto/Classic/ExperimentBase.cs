using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>A search set up by its settings and run by <c>Execute</c>, on rows whose label may have any type that fits the task.</summary>
public abstract class ExperimentBase<TMetrics, TSettings> where TMetrics : class where TSettings : ExperimentSettings
{
    private const string DefaultLabel = "Label", Features = "Features";

    private readonly MLContext context;

    private protected ExperimentBase(MLContext context, TSettings settings) => (this.context, Settings) = (context, settings);

    internal TSettings Settings { get; }

    /// <summary>The clock; for tests.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    private protected abstract MLTask Task { get; }

    private protected abstract ICollection<string> AllowedTrainers { get; }

    private protected abstract ExperimentMetric MetricFor(string label);

    private protected abstract AutoCatalog.TrainerSwitch[] Switches(ICollection<string> allowed);

    private protected abstract TMetrics Evaluate(ValidationRows rows);

    /// <summary>Searches, scoring runs on parts of the rows by turns.</summary>
    /// <param name="trainData">The rows to learn from.</param>
    /// <param name="labelColumnName">The column to predict.</param>
    /// <param name="samplingKeyColumn">A column whose equal values stay on one side of every split.</param>
    /// <param name="preFeaturizer">Fitted on the rows first; what it makes is learned from.</param>
    /// <param name="progressHandler">Told of each run as it ends.</param>
    /// <exception cref="TableException">A column is not there or does not fit the task.</exception>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public ExperimentResult<TMetrics> Execute(IDataView trainData, string labelColumnName = DefaultLabel, string? samplingKeyColumn = null,
        IEstimator<ITransformer>? preFeaturizer = null, IProgress<RunDetail<TMetrics>>? progressHandler = null) =>
        Execute(trainData, new ColumnInformation { LabelColumnName = labelColumnName, SamplingKeyColumnName = samplingKeyColumn }, preFeaturizer, progressHandler);

    /// <inheritdoc cref="Execute(IDataView, string, string?, IEstimator{ITransformer}?, IProgress{RunDetail{TMetrics}}?)"/>
    public ExperimentResult<TMetrics> Execute(IDataView trainData, ColumnInformation columnInformation, IEstimator<ITransformer>? preFeaturizer = null, IProgress<RunDetail<TMetrics>>? progressHandler = null) =>
        Results(Run(new ExperimentData(trainData, null, 0, KeyOf(columnInformation)), columnInformation, preFeaturizer, progressHandler));

    /// <summary>Searches, scoring runs on validation rows.</summary>
    /// <inheritdoc cref="Execute(IDataView, string, string?, IEstimator{ITransformer}?, IProgress{RunDetail{TMetrics}}?)"/>
    public ExperimentResult<TMetrics> Execute(IDataView trainData, IDataView validationData, string labelColumnName = DefaultLabel,
        IEstimator<ITransformer>? preFeaturizer = null, IProgress<RunDetail<TMetrics>>? progressHandler = null) =>
        Execute(trainData, validationData, new ColumnInformation { LabelColumnName = labelColumnName }, preFeaturizer, progressHandler);

    /// <inheritdoc cref="Execute(IDataView, IDataView, string, IEstimator{ITransformer}?, IProgress{RunDetail{TMetrics}}?)"/>
    public ExperimentResult<TMetrics> Execute(IDataView trainData, IDataView validationData, ColumnInformation columnInformation,
        IEstimator<ITransformer>? preFeaturizer = null, IProgress<RunDetail<TMetrics>>? progressHandler = null) =>
        Results(Run(new ExperimentData(trainData, validationData, 0, null), columnInformation, preFeaturizer, progressHandler));

    /// <summary>Searches by cross-validation; every fold counts.</summary>
    /// <inheritdoc cref="Execute(IDataView, string, string?, IEstimator{ITransformer}?, IProgress{RunDetail{TMetrics}}?)"/>
    public CrossValidationExperimentResult<TMetrics> Execute(IDataView trainData, uint numberOfCVFolds, string labelColumnName = DefaultLabel, string? samplingKeyColumn = null,
        IEstimator<ITransformer>? preFeaturizer = null, IProgress<CrossValidationRunDetail<TMetrics>>? progressHandler = null) =>
        Execute(trainData, numberOfCVFolds, new ColumnInformation { LabelColumnName = labelColumnName, SamplingKeyColumnName = samplingKeyColumn }, preFeaturizer, progressHandler);

    /// <inheritdoc cref="Execute(IDataView, uint, string, string?, IEstimator{ITransformer}?, IProgress{CrossValidationRunDetail{TMetrics}}?)"/>
    public CrossValidationExperimentResult<TMetrics> Execute(IDataView trainData, uint numberOfCVFolds, ColumnInformation? columnInformation, IEstimator<ITransformer>? preFeaturizer = null,
        IProgress<CrossValidationRunDetail<TMetrics>>? progressHandler = null)
    {
        if (numberOfCVFolds < 2) throw new OptionsException(nameof(numberOfCVFolds), [$"{numberOfCVFolds} folds, at least 2 are needed."]);
        columnInformation ??= new ColumnInformation();
        ExperimentRuns<TMetrics> runs = Run(new ExperimentData(trainData, null, (int)numberOfCVFolds, KeyOf(columnInformation)), columnInformation, preFeaturizer,
            progressHandler is null ? null : new FoldProgress(progressHandler));
        return new CrossValidationExperimentResult<TMetrics>([.. runs.All.Select(r => new CrossValidationRunDetail<TMetrics>(r.TrainerName, r.RuntimeInSeconds, r.Estimator, runs.FoldsOf(r)))],
            new CrossValidationRunDetail<TMetrics>(runs.Best.TrainerName, runs.Best.RuntimeInSeconds, runs.Best.Estimator, runs.FoldsOf(runs.Best)));
    }

    private static ExperimentResult<TMetrics> Results(ExperimentRuns<TMetrics> runs) => new(runs.All, runs.Best);

    private static string? KeyOf(ColumnInformation information) => information.SamplingKeyColumnName ?? information.GroupIdColumnName;

    private ExperimentRuns<TMetrics> Run(ExperimentData data, ColumnInformation information, IEstimator<ITransformer>? preFeaturizer, IProgress<RunDetail<TMetrics>>? progress)
    {
        IDataView prepared = preFeaturizer is null ? data.Train : preFeaturizer.Fit(data.Train).Transform(data.Train);
        if (prepared.Schema.GetColumnOrNull(information.LabelColumnName) is null) _ = TableProfile.Of(Table.From(context.Data.TakeRows(prepared, 1)), information.LabelColumnName);
        FeaturizerStep featurizer = AutoCatalog.FeaturizerFor(prepared, information, Features);
        SweepablePipeline trainers = AutoCatalog.OneOf(Task, information.LabelColumnName, Features, information.ExampleWeightColumnName, Switches(AllowedTrainers));
        SweepablePipeline pipeline = (preFeaturizer is null ? new SweepablePipeline() : new SweepablePipeline().Append(SweepableEstimator.Fixed(preFeaturizer))).Append(featurizer).Append(trainers);
        StudySteps steps = StudySteps.Of(pipeline)!;
        ExperimentMetric metric = MetricFor(information.LabelColumnName);
        bool hasTrials = Settings.MaxModels is > 0 and < int.MaxValue;
        if (Settings.CacheDirectoryName is { } folder) Directory.CreateDirectory(folder);
        ExperimentLimits limits = new()
        {
            Time = hasTrials && Settings.MaxExperimentTimeInSeconds == ExperimentSettings.Day ? null : TimeSpan.FromSeconds(Settings.MaxExperimentTimeInSeconds),
            Trials = hasTrials ? Settings.MaxModels : null,
            MemoryBytes = Settings.MemoryBytes,
            Journal = Settings.CacheDirectoryName is { } at ? Path.Combine(at, "experiment.journal") : null,
            Clock = Clock,
        };
        ExperimentRuns<TMetrics> runs = new(context, pipeline, steps, data.Train, Evaluate, progress);
        StudyExperiment experiment = new(context, steps, data, metric, limits);
        // On another thread, so that a caller that must not wait here (a window's own thread) does not block what it waits for.
        StudyOutcome outcome = System.Threading.Tasks.Task.Run(() => experiment.RunAsync(runs.Begin, Settings.CancellationToken)).GetAwaiter().GetResult();
        runs.End(outcome);
        return runs;
    }

    private sealed class FoldProgress(IProgress<CrossValidationRunDetail<TMetrics>> next) : IProgress<RunDetail<TMetrics>>
    {
        public void Report(RunDetail<TMetrics> value) => next.Report(new CrossValidationRunDetail<TMetrics>(value.TrainerName, value.RuntimeInSeconds, value.Estimator,
            [new TrainResult<TMetrics>(value.Exception is null ? () => value.ValidationMetrics : null, value.Exception is null ? () => value.Model : null, value.Exception)]));
    }
}
