using MLPipes.AutoSearch;
using MLPipes.Pipelines;
using MLPipes.Tests.Auto;
using MLPipes.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Tests.KnownFaults;

/// <summary>Faults measured in Microsoft.ML.AutoML 0.22; each test shows that ours does not have one.</summary>
[TestClass]
public sealed class SearchFaultTests
{
    private readonly MLContext context = new(1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, TestCategory("Slow")]
    public async Task Fault_1_stochastic_dual_coordinate_ascent_eats_the_budget_on_unscaled_columns()
    {
        Table table = Unscaled(200);
        TrainerEntry[] sdca = [.. Catalog.Trainers.Where(t => t.Card.Key.StartsWith("sdca", StringComparison.Ordinal))];
        Assert.IsGreaterThan(2, sdca.Length);
        Assert.IsTrue(sdca.All(t => t.Card.Needs.HasFlag(Needs.Scaled)), "it is given scaled features");
        List<TrialEvent> events = [];

        StudyResult result = await new Study(TestTables.Options(table, trials: 15) with { Trainers = Catalog.Trainers }).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        int own = events.OfType<TrialEvent.Started>().Count(e => e.Plan.Trainer.StartsWith("sdca", StringComparison.Ordinal));
        Assert.IsLessThanOrEqualTo(5, own, "a third of the trials at most");
        Assert.IsGreaterThan(0.6, result.Score);
    }

    [TestMethod]
    public void Fault_2_runaway_configurations_on_a_small_table()
    {
        DataShape shape = new(MLTask.Binary, 124, 13, 2);
        Candidate[] candidates = [.. Catalog.Trainers.Where(t => t.Card.Serves(MLTask.Binary)).Select(t => new Candidate(t, shape))];
        foreach (Candidate candidate in candidates)
            foreach (double[] point in Corners(candidate.Space.Knobs.Count))
                Assert.IsLessThan(1L << 30, candidate.CostAt(point).PeakBytes, $"{candidate.Key} at {string.Join(' ', candidate.Space.Describe(point))}");
    }

    [TestMethod]
    public async Task Fault_3_the_memory_cap_ends_the_experiment()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 8);
        List<TrialEvent> events = [];

        StudyResult result = await new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<HugeTrainer>()] }).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        int skipped = events.FindIndex(e => e is TrialEvent.Skipped { Plan.Trainer: "test-huge" });
        Assert.IsGreaterThanOrEqualTo(0, skipped);
        Assert.IsTrue(events.Skip(skipped).Any(e => e is TrialEvent.Completed), "the search goes on");
        Assert.AreEqual(8, events.Count(e => e.IsOutcome));
        Assert.IsGreaterThan(0, result.Leaderboard.Completed);
    }

    [TestMethod]
    public async Task Fault_3_the_memory_cap_ends_an_experiment_of_a_users_own_runner()
    {
        // The runner waits until it is ended, on every third trial; a cap below what the process holds ends each that takes long enough to be looked at.
        Stalling runner = new();
        Recording monitor = new();

        TrialResult result = await context.Auto().CreateExperiment().SetMaxModelToExplore(6).SetMaximumMemoryUsageInMegaByte(1).SetTrialRunner(runner).SetMonitor(monitor)
            .AddSearchSpace("x", new SearchSpace { ["x"] = new UniformDoubleOption(0, 1) }).RunAsync(TestContext.CancellationToken);

        Assert.HasCount(2, monitor.Failed);
        Assert.HasCount(4, monitor.Completed);
        StringAssert.Contains(monitor.Failed[0].Error!.Message, "1 MB");
        Assert.IsNotNull(result);
    }

    [TestMethod, TestCategory("Slow")]
    public async Task Fault_4_a_checkpoint_crashes_and_loses_the_result()
    {
        string folder = Directory.CreateTempSubdirectory("mlpipes-checkpoint-").FullName;
        IDataView data = Views.Binary(context, 150);
        async Task<(TrialResult, int)> RunAsync(int trials)
        {
            Recording monitor = new();
            SweepablePipeline pipeline = context.Auto().Featurizer(data, numericColumns: ["Size", "Age"], excludeColumns: ["Price", "IsDear", "Class", "Group", "Kind"]).Append(context.Auto().Regression("Price"));
            TrialResult result = await context.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(data, 3).SetRegressionMetric(RegressionMetric.RSquared, "Price")
                .SetMaxModelToExplore(trials).SetCheckpoint(folder).SetMonitor(monitor).RunAsync(TestContext.CancellationToken);
            return (result, monitor.Running.Count);
        }

        (TrialResult first, int begun) = await RunAsync(4);
        (TrialResult resumed, int more) = await RunAsync(6);

        Assert.AreEqual(4, begun);
        Assert.AreEqual(2, more, "only the trials that the checkpoint lacks are run");
        Assert.IsLessThanOrEqualTo(first.Loss + 0.05, resumed.Loss, "the best of before is still there");
        Assert.IsGreaterThan(0.5, context.Regression.Evaluate(resumed.Model.Transform(data), "Price").RSquared);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod, TestCategory("Slow")]
    public void Fault_5_log_loss_reduction_is_minimised()
    {
        ColumnInformation columns = Columns("Class", "Price", "IsDear");
        MulticlassExperimentSettings settings = new() { MaxModels = 5, OptimizingMetric = MulticlassClassificationMetric.LogLossReduction };

        ExperimentResult<MulticlassClassificationMetrics> result = context.Auto().CreateMulticlassClassificationExperiment(settings).Execute(Views.Binary(context, 200), columns);

        double[] all = [.. result.RunDetails.Where(r => r.Exception is null).Select(r => r.ValidationMetrics.LogLossReduction)];
        Assert.IsGreaterThan(all.Min(), result.BestRun.ValidationMetrics.LogLossReduction);
        Assert.IsGreaterThanOrEqualTo(all.Max() - 0.02, result.BestRun.ValidationMetrics.LogLossReduction);
        Assert.AreEqual(all.Max(), result.RunDetails.Best(MulticlassClassificationMetric.LogLossReduction).ValidationMetrics.LogLossReduction);
    }

    [TestMethod, TestCategory("Slow")]
    public async Task Fault_6_the_classic_call_ignores_its_cancellation_token()
    {
        using CancellationTokenSource cancel = new();
        RegressionExperimentSettings settings = new() { MaxExperimentTimeInSeconds = 3600, CancellationToken = cancel.Token };
        Telling<RunDetail<RegressionMetrics>> cancelling = new(run => { if (run.Exception is null) cancel.Cancel(); });

        ExperimentResult<RegressionMetrics> result = await Task.Run(() => context.Auto().CreateRegressionExperiment(settings).Execute(Views.Binary(context, 150), Columns("Price", "Class", "IsDear"), progressHandler: cancelling), TestContext.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.CancellationToken);

        Assert.IsNotNull(result.BestRun.Model);
    }

    [TestMethod]
    public async Task Fault_7_running_asynchronously_blocks_the_caller()
    {
        Blocking runner = new();
        AutoMLExperiment experiment = context.Auto().CreateExperiment().SetMaxModelToExplore(1).SetTrialRunner(runner).AddSearchSpace("x", new SearchSpace { ["x"] = new UniformDoubleOption(0, 1) });

        Task<TrialResult> run = experiment.RunAsync(TestContext.CancellationToken);
        bool wasDone = run.IsCompleted;
        runner.Go.Set();

        Assert.IsFalse(wasDone, "the trial waits for what its caller does after the call");
        Assert.AreEqual(1, (await run).Metric);
    }

    [TestMethod]
    public async Task Fault_8_one_failing_first_trial_ends_everything()
    {
        Recording monitor = new();

        TrialResult result = await context.Auto().CreateExperiment().SetMaxModelToExplore(4).SetTrialRunner(new FailingFirst()).SetMonitor(monitor)
            .AddSearchSpace("x", new SearchSpace { ["x"] = new UniformDoubleOption(0, 1) }).RunAsync(TestContext.CancellationToken);

        Assert.HasCount(1, monitor.Failed);
        StringAssert.Contains(monitor.Failed[0].Error!.Message, "the first always fails");
        Assert.HasCount(3, monitor.Completed);
        Assert.AreEqual(2, result.Metric);
    }

    private static ColumnInformation Columns(string label, params string[] others)
    {
        ColumnInformation columns = new() { LabelColumnName = label };
        foreach (string name in others.Append("Group")) columns.IgnoredColumnNames.Add(name);
        return columns;
    }

    private static Table Unscaled(int rows)
    {
        Table table = TestTables.Binary(rows);
        return new Table(table.Columns.Select((c, i) => c is NumberColumn n ? new NumberColumn(n.Name, [.. n.Values.ToArray().Select(v => v * MathF.Pow(1000, i))]) : c));
    }

    private static IEnumerable<double[]> Corners(int knobs)
    {
        yield return [.. Enumerable.Repeat(0.0, knobs)];
        yield return [.. Enumerable.Repeat(1.0, knobs)];
        for (int i = 0; i < knobs; i++) yield return [.. Enumerable.Range(0, knobs).Select(k => k == i ? 0.0 : 1.0)];
    }

    private sealed class Stalling : ITrialRunner
    {
        public async Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            if (settings.TrialId % 3 == 0) await Task.Delay(Timeout.Infinite, ct);
            return new TrialResult { TrialSettings = settings, Metric = settings.TrialId };
        }

        public void Dispose() { }
    }

    private sealed class Blocking : ITrialRunner
    {
        public ManualResetEventSlim Go { get; } = new();

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            Go.Wait(ct);
            return Task.FromResult(new TrialResult { TrialSettings = settings, Metric = 1 });
        }

        public void Dispose() => Go.Dispose();
    }

    private sealed class FailingFirst : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) =>
            settings.TrialId == 0 ? throw new InvalidOperationException("the first always fails") : Task.FromResult(new TrialResult { TrialSettings = settings, Metric = Math.Min(2, settings.TrialId) });

        public void Dispose() { }
    }
}
