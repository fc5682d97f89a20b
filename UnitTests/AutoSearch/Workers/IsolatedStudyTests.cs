using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>Studies with trainers that would end or block a process.</summary>
[TestClass, DoNotParallelize]
public sealed class IsolatedStudyTests
{
    [TestMethod, TestCategory("Slow")]
    public async Task Whatever_a_trainer_does_to_its_process_costs_its_trial_only()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 20);
        long limit = ResidentMemory.Of(Environment.ProcessId) + (900L << 20);
        List<TrialEvent> events = [];

        StudyResult result = await new Study(options with
        {
            Validation = Validation.KFold(2),
            MemoryBytes = limit,
            Trainers = [.. options.Trainers, TestTrainers.Entry<AbortTrainer>(), TestTrainers.Entry<SegfaultTrainer>(),
                TestTrainers.Entry<GreedyTrainer>(), TestTrainers.Entry<LeavingTrainer>(), TestTrainers.Entry<NoisyTrainer>()],
        }).RunAsync(new Recorder(events));

        Dictionary<string, TrialEvent> outcomes = events.Where(e => e.IsOutcome && e.Plan.Trainer != "test-descent").DistinctBy(e => e.Plan.Trainer).ToDictionary(e => e.Plan.Trainer);
        foreach (string crashing in new[] { "test-abort", "test-segfault", "test-leaving" }) Assert.IsInstanceOfType<TrialEvent.Failed>(outcomes[crashing]);
        TrialEvent.Skipped greedy = Assert.IsInstanceOfType<TrialEvent.Skipped>(outcomes["test-greedy"]);
        StringAssert.Contains(greedy.Reason, $"the limit is {limit >> 20} MB");
        Assert.IsFalse(greedy.IsForTime);
        Assert.AreEqual("test-descent", result.Leaderboard.Best!.Trainer);
        Assert.IsEmpty(result.Warnings);
    }

    [TestMethod, TestCategory("Slow")]
    public async Task A_trainer_that_hears_nothing_does_not_hold_up_the_study()
    {
        using WorkerTraces traces = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 500);
        List<TrialEvent> events = [];

        StudyResult result = await new Study(options with { Trials = null, Time = TimeSpan.FromSeconds(4), Trainers = [.. options.Trainers, TestTrainers.Entry<DeafTrainer>()] }).RunAsync(new Recorder(events));

        Assert.AreEqual(StudyEnd.Time, result.End);
        Assert.IsTrue(events.Where(e => e.IsOutcome && e.Plan.Trainer == "test-deaf").All(e => e is TrialEvent.Skipped { IsForTime: true }));
        await WorkerTraces.UntilAsync(() => !traces.Found.Any(WorkerTraces.IsAlive), "no worker is left");
    }

    [TestMethod]
    public async Task The_result_is_the_same_in_this_process_and_in_workers()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 8) with { Validation = Validation.KFold(3) };

        StudyResult here = await new Study(options with { Isolation = Isolation.InProcess }).RunAsync();
        StudyResult there = await new Study(options with { Isolation = Isolation.Always }).RunAsync();

        CollectionAssert.AreEqual(here.Leaderboard.Rows.Select(r => r.Loss).ToArray(), there.Leaderboard.Rows.Select(r => r.Loss).ToArray());
        CollectionAssert.AreEqual(here.Pipeline.Predict(options.Data).Values, there.Pipeline.Predict(options.Data).Values);
    }

    [TestMethod]
    public async Task Cancelling_leaves_no_worker_behind()
    {
        using WorkerTraces traces = new();
        using CancellationTokenSource cancel = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 500);
        Task<StudyResult> run = new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<DeafTrainer>()] }).RunAsync(null, cancel.Token);
        await WorkerTraces.UntilAsync(() => traces.Found.Length > 0 || run.IsCompleted, "the deaf trainer is at work");
        Assert.IsFalse(run.IsCompleted);

        await cancel.CancelAsync();
        StudyResult result = await run;

        Assert.AreEqual(StudyEnd.Cancelled, result.End);
        await WorkerTraces.UntilAsync(() => !traces.Found.Any(WorkerTraces.IsAlive), "no worker is left");
    }

    [TestMethod]
    public async Task Without_a_temporary_folder_fits_run_here_and_the_study_says_so_once()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(120), trials: 6);
        StudyOptions asked = options with { Trainers = [.. options.Trainers, TestTrainers.Entry<TameTrainer>()] };
        string variable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        string? before = Environment.GetEnvironmentVariable(variable);
        StudyResult result;
        StudyException refused;
        try
        {
            // A folder that is not there can't be written to by anyone, root included.
            Environment.SetEnvironmentVariable(variable, Path.Combine(AppContext.BaseDirectory, "no-such-folder", "at-all"));
            result = await new Study(asked).RunAsync();
            refused = await Assert.ThrowsExactlyAsync<StudyException>(() => new Study(asked with { Isolation = Isolation.Always }).RunAsync());
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }

        Assert.IsTrue(result.Leaderboard.Rows.Any(r => r.Trainer == "test-tame"));
        string warning = result.Warnings.Single();
        StringAssert.Contains(warning, "no-such-folder");
        StringAssert.Contains(warning, OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR");
        StringAssert.Contains(refused.Message, "no-such-folder");
    }

    [TestMethod]
    public void Only_trainers_that_ask_for_it_are_isolated_by_default()
    {
        using WorkerFitter auto = new(Isolation.Auto, 1L << 40, false, 2, () => { }), never = new(Isolation.InProcess, 1L << 40, false, 2, () => { });
        using WorkerFitter native = new(Isolation.Native, 1L << 40, false, 2, () => { });
        TrainerCard crashes = DescentTrainer.Card with { RunsNativeCode = true };

        Assert.IsTrue(auto.IsIsolated(DeafTrainer.Card));
        Assert.IsFalse(auto.IsIsolated(DescentTrainer.Card));
        Assert.IsFalse(auto.IsIsolated(ConstantTrainer.Card));
        Assert.IsFalse(auto.IsIsolated(crashes));
        Assert.IsTrue(native.IsIsolated(crashes) && native.IsIsolated(DeafTrainer.Card));
        Assert.IsFalse(native.IsIsolated(DescentTrainer.Card));
        Assert.IsFalse(never.IsIsolated(DeafTrainer.Card) || never.IsIsolated(crashes));
    }

    private sealed class Recorder(List<TrialEvent> events) : IProgress<TrialEvent>
    {
        public void Report(TrialEvent value)
        {
            lock (events) events.Add(value);
        }
    }
}
