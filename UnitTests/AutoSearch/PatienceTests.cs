using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class PatienceTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_study_ends_by_patience_at_the_same_trial_whatever_the_threads(int threads)
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), 400) with { PatienceTrials = 6, Threads = threads };

        StudyResult result = await new Study(options).RunAsync(null, TestContext.CancellationToken);
        StudyResult other = await new Study(options with { Threads = 2 }).RunAsync(null, TestContext.CancellationToken);

        Assert.AreEqual(StudyEnd.Patience, result.End);
        Assert.IsLessThan(400, result.Leaderboard.Completed + result.Leaderboard.Dropped);
        CollectionAssert.AreEqual(other.Leaderboard.Rows.Select(r => r.Number).ToArray(), result.Leaderboard.Rows.Select(r => r.Number).ToArray());
        CollectionAssert.AreEqual(other.Pipeline.Predict(options.Data).Values, result.Pipeline.Predict(options.Data).Values);
    }

    [TestMethod]
    public async Task Patience_counts_from_the_last_better_trial()
    {
        List<TrialEvent> outcomes = [];
        StudyOptions options = TestTables.Options(TestTables.Binary(200), 400) with { PatienceTrials = 5, Threads = 1 };

        await new Study(options).RunAsync(new Progress(e => { if (e.IsOutcome) outcomes.Add(e); }), TestContext.CancellationToken);

        TrialEvent[] ordered = [.. outcomes.OrderBy(o => o.Number)];
        double best = double.PositiveInfinity;
        int lastBetter = 0, longest = 0;
        foreach (TrialEvent outcome in ordered)
        {
            if (outcome is TrialEvent.Completed completed && completed.Loss < best) (best, lastBetter) = (completed.Loss, outcome.Number);
            longest = Math.Max(longest, outcome.Number - lastBetter);
        }
        Assert.IsInRange(5, 5 + 3, longest);
        Assert.AreEqual(ordered.Length, ordered[^1].Number);
    }

    [TestMethod]
    public void Time_without_a_better_trial_uses_up_patience()
    {
        ManualTime time = new();
        Patience patience = new(null, TimeSpan.FromSeconds(10), time);
        TrialPlan plan = new() { Number = 1, Trainer = "t", Point = [], Knobs = new Dictionary<string, string>(), Seed = 1 };
        patience.Observe(new TrialEvent.Completed { Plan = plan, Loss = 1, Score = 1, FoldLosses = [1], Seconds = 1 });

        time.Advance(TimeSpan.FromSeconds(9));
        bool before = patience.IsUsedUp(1);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.IsFalse(before);
        Assert.IsTrue(patience.IsUsedUp(1));
    }
}
