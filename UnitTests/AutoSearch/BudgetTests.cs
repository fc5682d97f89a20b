using System.Diagnostics;

namespace MLPipes.Tests;

[TestClass]
public sealed class BudgetTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(1.0)]
    [DataRow(3.0)]
    public async Task The_wall_clock_is_kept(double seconds)
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(3000), 1) with { Trials = null, Time = TimeSpan.FromSeconds(seconds) };
        long began = Stopwatch.GetTimestamp();

        StudyResult result = await new Study(options).RunAsync(null, TestContext.CancellationToken);

        double wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Assert.IsLessThan(seconds + 0.5, wall);
        Assert.IsGreaterThan(seconds * 0.6, wall);
        Assert.AreEqual(StudyEnd.Time, result.End);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task A_trainer_that_never_ends_does_not_hold_up_the_study()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(300), 1) with { Trials = null, Time = TimeSpan.FromSeconds(2) };
        long began = Stopwatch.GetTimestamp();

        StudyResult result = await new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<EndlessTrainer>()] }).RunAsync(null, TestContext.CancellationToken);

        Assert.IsLessThan(2.5, Stopwatch.GetElapsedTime(began).TotalSeconds);
        Assert.IsGreaterThan(0, result.Leaderboard.Completed);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public async Task Time_is_kept_for_rows_that_are_scored_with_the_result()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(300), 1) with { Trials = null, Time = TimeSpan.FromSeconds(4), RowsToScore = 1_000 };

        StudyResult result = await new Study(options with { Trainers = [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<SlowScoringTrainer>()] }).RunAsync(null, TestContext.CancellationToken);

        // A thousand rows at some milliseconds are more than the 15 % that may be kept, beside the reserve of a quarter of a second.
        Assert.IsLessThan(3.3, result.Elapsed.TotalSeconds);
        Assert.IsTrue(result.Leaderboard.Rows.Any(r => r.Trainer == "test-slow-scoring"), "the slow one was tried");
    }

    [TestMethod]
    public async Task Time_used_before_the_study_counts()
    {
        ManualTime time = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(300), 1) with
        {
            Trials = null,
            Time = TimeSpan.FromSeconds(10),
            Clock = time,
            Started = time.GetUtcNow() - TimeSpan.FromSeconds(11),
        };

        StudyResult result = await new Study(options).RunAsync(null, TestContext.CancellationToken);

        Assert.AreEqual("test-constant", result.Best);
        Assert.AreEqual(TimeSpan.FromSeconds(11), result.Elapsed);
    }

    [TestMethod]
    public async Task Ends_when_the_clock_says_so()
    {
        ManualTime time = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(100), 1) with { Trials = null, Time = TimeSpan.FromSeconds(100), Clock = time };
        Progress ticking = new(e =>
        {
            if (e.IsOutcome) time.Advance(TimeSpan.FromSeconds(7));
        });

        StudyResult result = await new Study(options).RunAsync(ticking, TestContext.CancellationToken);

        Assert.AreEqual(StudyEnd.Time, result.End);
        Assert.IsInRange(10, 18, result.Leaderboard.Completed + result.Leaderboard.Dropped + result.Leaderboard.Skipped);
    }
}
