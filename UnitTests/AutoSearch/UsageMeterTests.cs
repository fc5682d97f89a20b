namespace MLPipes.AutoSearch.Tests;

[TestClass]
public sealed class UsageMeterTests
{
    [TestMethod]
    public void Work_at_the_same_time_is_inside_once()
    {
        ManualTime time = new();
        UsageMeter meter = new(time);

        meter.Fit(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            int inner = meter.Score(() => Pass(time, 2));
            return inner + Pass(time, 1);
        });
        meter.Features(() => Pass(time, 3));
        Pass(time, 1);

        Assert.AreEqual(new StudyUsage { Seconds = 8, InsideSeconds = 4, FitSeconds = 4, ScoreSeconds = 2, FeatureSeconds = 3 }, meter.Sum());
        Assert.AreEqual(0.5, meter.Sum().Overhead);
    }

    [TestMethod]
    public void A_fit_that_fails_was_inside_all_the_same()
    {
        ManualTime time = new();
        UsageMeter meter = new(time);

        Assert.ThrowsExactly<TimeoutException>(() => meter.Fit<int>(() =>
        {
            Pass(time, 2);
            throw new TimeoutException();
        }));
        Pass(time, 2);

        Assert.AreEqual(2, meter.Sum().InsideSeconds);
        Assert.AreEqual(4, meter.Sum().Seconds);
    }

    [TestMethod]
    public void A_fit_that_still_runs_counts_until_now()
    {
        ManualTime time = new();
        UsageMeter meter = new(time);

        StudyUsage during = meter.Fit(() =>
        {
            Pass(time, 2);
            return meter.Sum();
        });

        Assert.AreEqual(2, during.InsideSeconds);
        Assert.AreEqual(0, during.Overhead);
    }

    [TestMethod]
    public void A_study_says_what_its_time_went_into()
    {
        StudyResult result = new Study(TestTables.Options(TestTables.Binary(200), trials: 3)).RunAsync().GetAwaiter().GetResult();

        Assert.IsTrue(result.Usage.FitSeconds > 0 && result.Usage.ScoreSeconds > 0 && result.Usage.FeatureSeconds > 0, result.Usage.ToString());
        Assert.IsTrue(result.Usage.InsideSeconds <= result.Usage.Seconds, result.Usage.ToString());
    }

    private static int Pass(ManualTime time, double seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return 0;
    }
}
