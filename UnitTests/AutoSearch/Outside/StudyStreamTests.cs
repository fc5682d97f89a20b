using MLPipes.AutoSearch;

namespace MLPipes.Tests.Outside;

[TestClass]
public sealed class StudyStreamTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Events_stream_while_it_runs_and_end_with_the_result()
    {
        StudyStream stream = new Study(TestTables.Options(TestTables.Regression(100), trials: 6)).StreamAsync(TestContext.CancellationToken);
        List<TrialEvent> events = [];

        await foreach (TrialEvent happened in stream) events.Add(happened);

        StudyResult result = await stream.Result;
        Assert.AreEqual(6, events.OfType<TrialEvent.Started>().Count());
        Assert.AreEqual(6, events.Count(e => e.IsOutcome));
        Assert.AreEqual(result.Leaderboard.Best!.Number, events.OfType<TrialEvent.NewBest>().Last().Number);
    }

    [TestMethod]
    public async Task A_reader_that_leaves_ends_the_search_and_has_the_best_until_there()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 100_000) with { Time = null };
        StudyStream stream = new Study(options).StreamAsync(TestContext.CancellationToken);

        await foreach (TrialEvent happened in stream)
            if (happened is TrialEvent.Completed) break;

        StudyResult result = await stream.Result;
        Assert.AreEqual(StudyEnd.Cancelled, result.End);
        Assert.IsNotNull(result.Leaderboard.Best);
    }

    [TestMethod]
    public async Task A_token_given_to_the_reader_ends_the_search_as_well()
    {
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        StudyStream stream = new Study(TestTables.Options(TestTables.Binary(200), trials: 100_000)).StreamAsync(CancellationToken.None);

        await foreach (TrialEvent happened in stream.WithCancellation(cancel.Token))
            if (happened is TrialEvent.Completed) await cancel.CancelAsync();

        Assert.AreEqual(StudyEnd.Cancelled, (await stream.Result).End);
    }

    [TestMethod]
    public async Task A_study_that_fails_ends_its_reader_with_the_reason()
    {
        StudyStream stream = new Study(TestTables.Options(TestTables.Binary(60), 3) with { Trainers = [TestTrainers.Entry<CrashingTrainer>()] }).StreamAsync(TestContext.CancellationToken);

        StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(async () =>
        {
            await foreach (TrialEvent happened in stream) Assert.IsNotNull(happened);
        });

        StringAssert.Contains(error.Message, "as it always does");
    }

    [TestMethod]
    public async Task The_result_comes_without_a_reader_and_the_events_can_be_read_afterwards_once()
    {
        StudyStream stream = new Study(TestTables.Options(TestTables.Binary(100), trials: 4)).StreamAsync(TestContext.CancellationToken);
        await stream.Result;

        int outcomes = 0;
        await foreach (TrialEvent happened in stream) outcomes += happened.IsOutcome ? 1 : 0;

        Assert.AreEqual(4, outcomes);
        Assert.ThrowsExactly<InvalidOperationException>(() => stream.GetAsyncEnumerator(TestContext.CancellationToken));
    }
}
