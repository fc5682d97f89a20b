using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>A search over a pipeline's alternatives and options, set up by <c>Set…</c> calls in a row and then run.</summary>
/// <remarks>
/// A pipeline of <see cref="AutoCatalog"/>'s own featurizer and trainers is searched by a <see cref="Study"/>: features per trainer, folds shared
/// by trials, trials side by side, and one model made of the best. Any other is searched trial by trial, each fitted and scored by ML.NET.
/// </remarks>
public sealed class AutoMLExperiment
{
    private readonly MLContext context;
    private readonly Dictionary<string, SearchSpace> spaces = new(StringComparer.Ordinal);

    /// <summary>An experiment that still needs a pipeline, or search spaces and a trial runner, and an end.</summary>
    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        this.context = context;
        Settings = settings;
        if (settings.SearchSpace is { Count: > 0 } space) foreach ((string key, OptionBase option) in space) if (option is SearchSpace nested) AddSearchSpace(key, nested);
    }

    internal AutoMLExperimentSettings Settings { get; }

    internal SweepablePipeline? Pipeline { get; set; }

    internal ExperimentData? Data { get; set; }

    internal ExperimentMetric? Metric { get; set; }

    internal SearchStrategy Tuner { get; set; }

    internal TimeSpan? WatchEvery { get; set; }

    internal string? Checkpoint { get; set; }

    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    private IMonitor? Monitor { get; set; }

    private Func<ITrialRunner>? Runner { get; set; }

    /// <summary>Ends the search after this many seconds, the result in hand.</summary>
    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        Settings.MaxExperimentTimeInSeconds = trainingTimeInSeconds;
        return this;
    }

    /// <summary>Ends the search after this many trials.</summary>
    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        if (maxModel < 1) throw new OptionsException(nameof(SetMaxModelToExplore), [$"{maxModel} trials, at least 1 is needed."]);
        Settings.MaxModels = maxModel;
        return this;
    }

    /// <summary>Trials that may need, or come to need, more memory are skipped; the search goes on.</summary>
    public AutoMLExperiment SetMaximumMemoryUsageInMegaByte(double value = double.MaxValue)
    {
        if (!(value > 0)) throw new OptionsException(nameof(SetMaximumMemoryUsageInMegaByte), [$"{value} MB is not above 0."]);
        Settings.MaximumMemoryUsageInMegaByte = value;
        return this;
    }

    /// <summary>Searches <paramref name="searchSpace"/> as well; trial runners find its values under <paramref name="key"/>.</summary>
    public AutoMLExperiment AddSearchSpace(string key, SearchSpace searchSpace)
    {
        spaces[key] = searchSpace;
        return this;
    }

    /// <summary>Is told how the search goes on.</summary>
    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor) where TMonitor : class, IMonitor
    {
        Monitor = monitor;
        return this;
    }

    /// <summary>Is told how the search goes on.</summary>
    public AutoMLExperiment SetMonitor<TMonitor>() where TMonitor : class, IMonitor, new() => SetMonitor(new TMonitor());

    /// <summary>Runs the trials.</summary>
    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner
    {
        Runner = () => runner;
        return this;
    }

    /// <summary>Runs the trials.</summary>
    public AutoMLExperiment SetTrialRunner<TTrialRunner>() where TTrialRunner : class, ITrialRunner, new()
    {
        Runner = () => new TTrialRunner();
        return this;
    }

    /// <summary>Searches and waits for the result.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public TrialResult Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Searches on other threads than the caller's.</summary>
    /// <param name="ct">Ends the search early with the best so far; before there is one, by <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="OptionsException">Something is missing or does not fit; all of it is named.</exception>
    /// <exception cref="StudyException">No trial succeeded.</exception>
    public Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        Check();
        return Task.Run(() => Runner is null && spaces.Count == 0 && StudySteps.Of(Pipeline!) is { } steps ? StudyAsync(steps, ct) : SweepAsync(ct), CancellationToken.None);
    }

    private void Check()
    {
        List<string> problems = [];
        if (Runner is null && Pipeline is null) problems.Add("There is nothing to search: call SetPipeline, or SetTrialRunner and AddSearchSpace.");
        if (Runner is not null && Pipeline is null && spaces.Count == 0) problems.Add("There is nothing to search: call AddSearchSpace.");
        if (Runner is null && Data is null) problems.Add("There are no rows: call SetDataset.");
        if (Runner is null && Metric is null) problems.Add("There is nothing to improve: call SetBinaryClassificationMetric, SetMulticlassClassificationMetric or SetRegressionMetric.");
        if (Settings.MaxExperimentTimeInSeconds == 0 && Settings.MaxModels is <= 0 or int.MaxValue) problems.Add("There is no end: call SetTrainingTimeInSeconds or SetMaxModelToExplore.");
        if (problems.Count > 0) throw new OptionsException(nameof(AutoMLExperiment), problems);
    }

    private ExperimentLimits Limits()
    {
        bool hasTrials = Settings.MaxModels is > 0 and < int.MaxValue;
        if (Checkpoint is { } folder) Directory.CreateDirectory(folder);
        return new ExperimentLimits
        {
            Time = Settings.MaxExperimentTimeInSeconds is > 0 and uint seconds && !(hasTrials && seconds == ExperimentSettings.Day) ? TimeSpan.FromSeconds(seconds) : null,
            Trials = hasTrials ? Settings.MaxModels : null,
            MemoryBytes = Settings.MemoryBytes,
            Seed = Math.Abs(Settings.Seed ?? 1),
            Tuner = Tuner,
            Journal = Checkpoint is null ? null : Path.Combine(Checkpoint, "experiment.journal"),
            Clock = Clock,
        };
    }

    private async Task<TrialResult> StudyAsync(StudySteps steps, CancellationToken ct)
    {
        ExperimentLimits limits = Limits();
        using ProcessWatch? watch = WatchEvery is { } every ? new ProcessWatch(every, Clock) : null;
        DateTimeOffset started = Clock.GetUtcNow();
        TrialReports? reports = null;
        StudyOutcome outcome = await new StudyExperiment(context, steps, Data!, Metric!, limits).RunAsync((data, _) => reports = new TrialReports(
            context, Monitor, Metric, steps.ParameterOf, Pipeline!.ToString, score => Metric!.ValueOf(score, data.ScoredTarget), started, watch), ct).ConfigureAwait(false);
        LeaderboardRow best = outcome.Result.Leaderboard.Best!;
        double value = Metric!.ValueOf(outcome.Result.Score, outcome.Data.ScoredTarget);
        (double? cpu, double? memory) = (reports!.PeakCpu, reports.PeakMemory);
        TrialPlan plan = outcome.Finished.Plans.FirstOrDefault(p => p.Number == best.Number) ?? outcome.Finished.Plans[0];
        return new TrialResult
        {
            TrialSettings = new TrialSettings { TrialId = plan.Number - 1, StartedAtUtc = started.UtcDateTime, EndedAtUtc = Clock.GetUtcNow().UtcDateTime, Parameter = steps.ParameterOf(plan) },
            Model = outcome.Model,
            Metric = value,
            Loss = Metric.LossOf(value),
            DurationInMilliseconds = best.Seconds * 1000,
            PeakCpu = cpu,
            PeakMemoryInMegaByte = memory,
        };
    }

    private async Task<TrialResult> SweepAsync(CancellationToken ct)
    {
        if (Checkpoint is not null)
            throw new OptionsException(nameof(AutoMLExperiment), ["A checkpoint holds trials of pipelines of AutoCatalog's own featurizer and trainers; leave SetCheckpoint out for pipelines with other estimators."]);
        ExperimentLimits limits = Limits();
        using ITrialRunner runner = Runner?.Invoke() ?? new SweepRunner(Pipeline!, Data!, Metric!, limits.Seed);
        using ProcessWatch? watch = WatchEvery is { } every ? new ProcessWatch(every, Clock) : null;
        Dictionary<string, ParameterSpace> candidates = Candidates();
        SweepExperiment sweep = new(limits, runner, Metric?.IsMaximize ?? true, candidates, Tuner)
        {
            Folds = runner is SweepRunner && Data is { Validation: null, Folds: var folds } ? folds : 1,
        };
        TrialReports reports = new(context, Monitor, Metric, plan => candidates[plan.Trainer].ParameterAt([.. plan.Point]), p => Pipeline?.ToString(p) ?? "", score => score, Clock.GetUtcNow(), watch)
        {
            ModelOf = _ => sweep.Last?.Model,
        };
        TrialResult best = await sweep.RunAsync(reports, ct).ConfigureAwait(false);
        (best.PeakCpu, best.PeakMemoryInMegaByte) = (reports.PeakCpu, reports.PeakMemory);
        // After folds, the winner learns from all rows where there is time for it.
        if (runner is SweepRunner own && sweep.HasTimeToRefit && !ct.IsCancellationRequested) best.Model = await sweep.RefitAsync(own, best, ct).ConfigureAwait(false);
        return best;
    }

    /// <summary>A candidate for each way through the pipeline, with the options of its steps and the search spaces that were added.</summary>
    private Dictionary<string, ParameterSpace> Candidates()
    {
        if (Pipeline is null) return new() { ["trial"] = new ParameterSpace(new SearchSpace().With(spaces), Parameter.CreateNestedParameter()) };
        Dictionary<string, ParameterSpace> candidates = new(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> way in Pipeline.Ways)
        {
            SearchSpace own = [];
            foreach ((string key, SweepableEstimator step) in way.Zip(Pipeline.StepsOf(way))) own.Add(key, step.SearchSpace);
            SearchSpace whole = new SearchSpace().With(spaces);
            whole[SweepablePipeline.PipelineOption] = own;
            string schema = SweepablePipeline.SchemaOf(way);
            Parameter taken = Parameter.CreateNestedParameter(KeyValuePair.Create(SweepablePipeline.SchemaOption, Parameter.FromString(schema)));
            candidates[schema] = new ParameterSpace(whole, Parameter.CreateNestedParameter(KeyValuePair.Create(SweepablePipeline.PipelineOption, taken)));
        }
        return candidates;
    }

    /// <summary>Limits and seed of an experiment.</summary>
    public sealed class AutoMLExperimentSettings : ExperimentSettings
    {
        /// <summary>No end is set yet.</summary>
        public AutoMLExperimentSettings() => MaxExperimentTimeInSeconds = 0;

        /// <summary>Seed of everything random; null for 1.</summary>
        public int? Seed { get; set; }

        /// <summary>Search spaces by key, beside the pipeline's.</summary>
        public SearchSpace? SearchSpace { get; set; }
    }
}
