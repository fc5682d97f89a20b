using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class StudyClockTests
{
    [TestMethod]
    [DataRow(100, 150, 200, DisplayName = "two whole fits, and never more")]
    [DataRow(20, 30, 40, DisplayName = "two, however short")]
    [DataRow(200, 260, 200, DisplayName = "one where two would take too much")]
    [DataRow(300, 280, 270, DisplayName = "a shortened one, with all that it may have")]
    [DataRow(420, 440, 0, DisplayName = "none where less than half of one is left")]
    public void Time_for_fitting_a_dear_winner_again_is_kept_as_far_as_there_is_some(double fit, double elapsed, double kept)
    {
        ManualTime time = new();
        StudyClock clock = new(new StudyOptions { Data = TestTables.Binary(20), Roles = new Roles { ByColumn = new Dictionary<string, ColumnRole>() }, Time = TimeSpan.FromSeconds(600), Clock = time, Started = time.GetUtcNow() }, furtherStartShare: 0.25);
        time.Advance(TimeSpan.FromSeconds(elapsed));

        clock.KeepForDearRefits(fit);

        const double assembly = 18;
        Assert.AreEqual(kept + assembly, clock.SecondsLeft!.Value - clock.SearchSecondsLeft!.Value, 1e-3);
    }

    [TestMethod]
    public void Time_for_scoring_the_callers_rows_comes_off_the_end()
    {
        ManualTime time = new();
        StudyClock clock = new(new StudyOptions { Data = TestTables.Binary(20), Roles = new Roles { ByColumn = new Dictionary<string, ColumnRole>() }, Time = TimeSpan.FromSeconds(100), Clock = time, Started = time.GetUtcNow() }, furtherStartShare: 0);
        double before = clock.SecondsLeft!.Value;

        clock.KeepForScoring(4);
        double after = clock.SecondsLeft!.Value;
        clock.KeepForScoring(1_000);

        Assert.AreEqual(before - 4, after, 1e-3);
        Assert.AreEqual(before - 50, clock.SecondsLeft!.Value, 1e-3, "half of the budget at most");
    }
}
