using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>The runs of a classic experiment, made of a study's events and of what it predicted.</summary>
internal sealed class ExperimentRuns<TMetrics>(MLContext context, SweepablePipeline pipeline, StudySteps steps, IDataView train, Func<ValidationRows, TMetrics> evaluate,
    IProgress<RunDetail<TMetrics>>? progress) : IProgress<TrialEvent> where TMetrics : class
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<int, RunDetail<TMetrics>> runs = [];
    private readonly Dictionary<RunDetail<TMetrics>, ValidationRows> predicted = [];
    private StudyData? data;
    private IReadOnlyDictionary<int, float[]>? outOfFold;

    public IReadOnlyList<RunDetail<TMetrics>> All => [.. runs.Values];

    /// <summary>What the study made of the best.</summary>
    public RunDetail<TMetrics> Best { get; private set; } = null!;

    public IProgress<TrialEvent> Begin(StudyData began, IReadOnlyDictionary<int, float[]> predictions)
    {
        data = began;
        outOfFold = predictions;
        return this;
    }

    public void Report(TrialEvent value)
    {
        if (!value.IsOutcome) return;
        lock (gate)
        {
            RunDetail<TMetrics> run = Detail(value);
            runs[value.Number] = run;
            progress?.Report(run);
        }
    }

    public void End(StudyOutcome outcome)
    {
        StudyResult result = outcome.Result;
        // Trials that a journal held were never told of.
        foreach (LeaderboardRow row in result.Leaderboard.Rows.Where(r => !runs.ContainsKey(r.Number)))
            runs[row.Number] = new RunDetail<TMetrics>(row.Trainer, row.Seconds, null, null, () => evaluate(Rows(outcome.OutOfFold[row.Number], 0.5f)), null);
        ValidationRows rows = Rows(outcome.Finished.OutOfFold, outcome.Finished.Decision?.Threshold ?? 0.5f);
        TrialPlan plan = outcome.Finished.Plans[0];
        Best = new RunDetail<TMetrics>(result.Best, result.Leaderboard.Best!.Seconds, EstimatorOf(plan), () => outcome.Model, () => evaluate(rows), null);
        predicted[Best] = rows;
    }

    /// <summary>The folds of a run: its metrics on each fold's own rows.</summary>
    public IReadOnlyList<TrainResult<TMetrics>> FoldsOf(RunDetail<TMetrics> run)
    {
        if (run.Exception is { } error) return [new TrainResult<TMetrics>(null, null, error)];
        if (!predicted.TryGetValue(run, out ValidationRows? rows)) return [new TrainResult<TMetrics>(() => run.ValidationMetrics, () => run.Model, null)];
        Dictionary<int, int> place = data!.ScoredRows.Select((row, i) => (row, i)).ToDictionary(p => p.row, p => p.i);
        return [.. data.Splits.Take(data.SearchSplits).Select(split =>
            new TrainResult<TMetrics>(() => evaluate(rows.Take([.. split.Test.Where(place.ContainsKey).Select(row => place[row])])), () => run.Model, null))];
    }

    private RunDetail<TMetrics> Detail(TrialEvent outcome)
    {
        TrialPlan plan = outcome.Plan;
        string name = steps.Trainers[plan.Trainer].Step.Name;
        switch (outcome)
        {
            case TrialEvent.Completed completed:
                ValidationRows rows = Rows(outOfFold![completed.Number], 0.5f);
                RunDetail<TMetrics> run = new(name, completed.Seconds, EstimatorOf(plan), () => EstimatorOf(plan).Fit(train), () => evaluate(rows), null);
                predicted[run] = rows;
                return run;
            case TrialEvent.Dropped dropped:
                return new RunDetail<TMetrics>(name, dropped.Seconds, EstimatorOf(plan), null, null, new StudyException("It was given up: its first fold showed that it has no prospects."));
            case TrialEvent.Failed failed:
                return new RunDetail<TMetrics>(name, 0, EstimatorOf(plan), null, null, new StudyException(failed.Reason));
            default:
                return new RunDetail<TMetrics>(name, 0, EstimatorOf(plan), null, null, new StudyException($"It was skipped: {((TrialEvent.Skipped)outcome).Reason}"));
        }
    }

    private ValidationRows Rows(float[] predictions, float threshold) => new(context, data!.ScoredTarget, predictions, threshold);

    private EstimatorChain<ITransformer> EstimatorOf(TrialPlan plan) => pipeline.BuildFromOption(context, steps.ParameterOf(plan));
}
