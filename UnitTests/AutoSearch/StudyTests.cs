using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class StudyTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(MLTask.Binary, "auc")]
    [DataRow(MLTask.Multiclass, "logloss")]
    [DataRow(MLTask.Regression, "rmse")]
    public async Task Finds_a_pipeline_for_every_task(MLTask task, string metric)
    {
        Table table = Of(task, 240);

        StudyResult result = await RunAsync(TestTables.Options(table, trials: 12));

        Assert.AreEqual(task, result.Task);
        Assert.AreEqual(metric, result.Metric.Key);
        // Plain gradient descent diverges on products of unscaled numbers, which the portfolio tries once.
        Assert.AreEqual(12, result.Leaderboard.Completed + result.Leaderboard.Dropped + result.Leaderboard.Failed);
        Assert.IsLessThanOrEqualTo(1, result.Leaderboard.Failed);
        Assert.IsTrue(result.Score == result.Metrics[metric] && result.Leaderboard.Best!.Trainer == "test-descent");
        Predictions predictions = result.Pipeline.Predict(table);
        double onTraining = result.Metric.Evaluate(result.Pipeline.Schema.TargetOf(table), predictions.Values);
        Assert.IsTrue(result.Metric.Loss(onTraining) < result.Metric.Loss(result.Score) * 1.5, $"{onTraining} against {result.Score} out of fold");
    }

    [TestMethod]
    public async Task Same_seed_gives_the_same_result_twice_and_at_any_number_of_threads()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(300), trials: 25);

        StudyResult[] results = [await RunAsync(options with { Threads = 1 }), await RunAsync(options with { Threads = 2 }), await RunAsync(options with { Threads = 7 }), await RunAsync(options with { Threads = 1 })];

        float[][] predictions = [.. results.Select(r => r.Pipeline.Predict(options.Data).Values)];
        for (int i = 1; i < results.Length; i++)
        {
            Assert.AreEqual(Text(results[0]), Text(results[i]));
            CollectionAssert.AreEqual(predictions[0], predictions[i]);
        }
    }

    [TestMethod]
    public async Task Another_seed_searches_elsewhere()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 14);

        StudyResult one = await RunAsync(options with { Seed = 1 }), two = await RunAsync(options with { Seed = 2 });

        Assert.AreNotEqual(Text(one), Text(two));
    }

    [TestMethod]
    public async Task A_failing_trainer_costs_its_trials_only()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 10);
        List<TrialEvent> events = [];

        StudyResult result = await RunAsync(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<CrashingTrainer>(), TestTrainers.Entry<NaNTrainer>()] }, events);

        TrialEvent.Failed[] failed = [.. events.OfType<TrialEvent.Failed>()];
        CollectionAssert.AreEquivalent(new[] { "test-crashing", "test-nan" }, failed.Select(f => f.Plan.Trainer).ToArray());
        StringAssert.Contains(failed.Single(f => f.Plan.Trainer == "test-crashing").Reason, "as it always does");
        Assert.AreEqual(8, result.Leaderboard.Completed + result.Leaderboard.Dropped);
        Assert.AreEqual(2, result.Leaderboard.Failed);
    }

    [TestMethod]
    public async Task A_study_whose_every_trial_fails_says_why()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 5) with { Trainers = [TestTrainers.Entry<CrashingTrainer>()] };

        StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(() => RunAsync(options));

        StringAssert.Contains(error.Message, "as it always does");
    }

    [TestMethod]
    public async Task A_trial_that_may_exceed_the_memory_limit_is_skipped()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 5);
        List<TrialEvent> events = [];

        await RunAsync(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<HugeTrainer>()], MemoryBytes = 1L << 30 }, events);

        TrialEvent.Skipped skipped = events.OfType<TrialEvent.Skipped>().Single();
        Assert.AreEqual("test-huge", skipped.Plan.Trainer);
        StringAssert.Contains(skipped.Reason, "the limit is 1024 MB");
    }

    [TestMethod]
    public async Task Cancelling_returns_the_best_so_far_promptly()
    {
        using CancellationTokenSource cancel = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 100);
        Progress progress = new(e =>
        {
            if (e is TrialEvent.Completed { Plan.Trainer: "test-descent" }) cancel.Cancel();
        });

        StudyResult result = await new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<EndlessTrainer>()] })
            .RunAsync(progress, cancel.Token).WaitAsync(TimeSpan.FromSeconds(10), TestContext.CancellationToken);

        Assert.AreEqual(StudyEnd.Cancelled, result.End);
        Assert.IsGreaterThan(0, result.Leaderboard.Completed);
        Assert.IsLessThan(20, result.Leaderboard.Completed);
    }

    [TestMethod]
    public async Task Cancelled_before_any_model_it_is_cancelled()
    {
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => new Study(TestTables.Options(TestTables.Binary(120), 5)).RunAsync(null, cancel.Token));
    }

    [TestMethod]
    public async Task Ends_when_there_is_nothing_left_to_try()
    {
        StudyResult result = await RunAsync(TestTables.Options(TestTables.Regression(100), trials: 50) with { Trainers = [TestTrainers.Entry<ConstantTrainer>()] });

        Assert.AreEqual(StudyEnd.Exhausted, result.End);
        Assert.AreEqual(1, result.Leaderboard.Completed);
    }

    [TestMethod]
    public void Every_problem_of_the_options_is_named_at_once()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(20), 0) with { Seed = -1, Threads = 0, Time = TimeSpan.Zero, Validation = Validation.KFold(1), Trainers = [] };

        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => new Study(options));

        Assert.HasCount(6, error.Problems);
    }

    private static Table Of(MLTask task, int rows) => task switch
    {
        MLTask.Binary => TestTables.Binary(rows),
        MLTask.Multiclass => TestTables.Multiclass(rows),
        _ => TestTables.Regression(rows),
    };

    private static string Text(StudyResult result) =>
        string.Join('\n', result.Leaderboard.Rows.Select(r => $"{r.Number} {r.Trainer} {r.Loss:R} {string.Join(',', r.Knobs.Values)}").Append($"{result.Best} {result.Score:R}"));

    private async Task<StudyResult> RunAsync(StudyOptions options, List<TrialEvent>? events = null) =>
        await new Study(options).RunAsync(events is null ? null : new Progress(events.Add), TestContext.CancellationToken);
}

internal sealed class Progress(Action<TrialEvent> told) : IProgress<TrialEvent>
{
    public void Report(TrialEvent value) => told(value);
}
