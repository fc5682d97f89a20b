using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class WinnerSelectionTests
{
    [TestMethod]
    [DataRow(0, "test-alone", DisplayName = "no rows to score: the best")]
    [DataRow(5, "test-alone", DisplayName = "few: the best")]
    [DataRow(100, "quick", DisplayName = "more than it can score in time: not the best")]
    public void What_can_not_score_the_callers_rows_in_the_time_left_is_no_winner(int rows, string expected)
    {
        ManualTime time = new();
        StudyOptions options = TestTables.Options(TestTables.Binary(60), 1) with
        {
            Trainers = [TestTrainers.Entry<TextStudyTests.AloneTrainer>()],
            Trials = null,
            Time = TimeSpan.FromSeconds(20),
            Threads = 1,
            RowsToScore = rows,
            Clock = time,
            Started = time.GetUtcNow(),
            Ensemble = EnsembleSize.Single,
        };
        StudyData data = StudyData.From(options);
        TrialPool pool = new();
        pool.Add(Trial(1, "test-alone", loss: 0.1, secondsPerRow: 1));
        pool.Add(Trial(2, "quick", loss: 0.2, secondsPerRow: 1e-6));

        List<Winner> winners = new WinnerSelection(data, options, new StudyClock(options, furtherStartShare: 0)).Choose(pool);

        Assert.AreEqual(expected, winners.Single().Trial.Outcome.Plan.Trainer);

        FinishedTrial Trial(int number, string trainer, double loss, double secondsPerRow)
        {
            TrialPlan plan = new() { Number = number, Trainer = trainer, Point = [], Knobs = new Dictionary<string, string>(), Featurizers = [], Seed = 1, Origin = "start" };
            TrialEvent.Completed outcome = new() { Plan = plan, At = TimeSpan.Zero, Loss = loss, Score = 1 - loss, FoldLosses = [loss], Seconds = 1 };
            return new FinishedTrial(outcome, new float[data.ScoredRows.Length], [new FoldModel(0, null!, null!, secondsPerRow)]);
        }
    }
}
