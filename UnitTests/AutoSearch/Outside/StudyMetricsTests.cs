using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MLPipes.AutoSearch;

namespace MLPipes.Tests.Outside;

[TestClass]
public sealed class StudyMetricsTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task What_a_study_does_is_counted_by_trainer_and_outcome()
    {
        ConcurrentBag<Measurement> all = [];
        using MeterListener listener = ListenTo(all);
        // Other tests run studies meanwhile; theirs have another label.
        Table table = Renamed(TestTables.Binary(120), "counted label");
        StudyOptions options = TestTables.Options(table, trials: 8) with { Roles = TestTables.RolesOf(table).Set("counted label", ColumnRole.Label) };
        List<TrialEvent> events = [];

        StudyResult result = await new Study(options with { Trainers = [.. options.Trainers, TestTrainers.Entry<CrashingTrainer>()] })
            .RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        Measurement[] own = [.. all.Where(m => m.Tags.GetValueOrDefault("label") is "counted label")];
        Assert.AreEqual(result.Leaderboard.Completed, Sum(own, "mlpipes.autosearch.trials", "completed"));
        Assert.AreEqual(1, Sum(own, "mlpipes.autosearch.trials", "failed"));
        Assert.AreEqual("test-crashing", own.Single(m => m.Tags.GetValueOrDefault("outcome") is "failed").Tags["trainer"]);
        Assert.AreEqual(8, own.Where(m => m.Name == "mlpipes.autosearch.trials").Sum(m => m.Value));
        Assert.AreEqual(result.Leaderboard.Completed + result.Leaderboard.Dropped, own.Count(m => m.Name == "mlpipes.autosearch.trial.duration"));
        Assert.AreEqual(result.Leaderboard.Best!.Loss, own.Where(m => m.Name == "mlpipes.autosearch.best.loss").Min(m => m.Value));
        foreach (string level in (string[])["mlpipes.autosearch.trials.running", "mlpipes.autosearch.studies.running"])
        {
            Assert.AreEqual(0, own.Where(m => m.Name == level).Sum(m => m.Value), level);
            Assert.IsTrue(own.Any(m => m.Name == level && m.Value > 0), level);
        }
        Assert.IsTrue(all.Any(m => m.Name == "mlpipes.autosearch.memory" && m.Value > 1 << 20));
    }

    [TestMethod]
    public async Task A_study_that_fails_is_no_longer_counted_as_running()
    {
        ConcurrentBag<Measurement> all = [];
        using MeterListener listener = ListenTo(all);
        Table table = Renamed(TestTables.Binary(60), "failing label");
        StudyOptions options = TestTables.Options(table, 3) with { Roles = TestTables.RolesOf(table).Set("failing label", ColumnRole.Label), Trainers = [TestTrainers.Entry<CrashingTrainer>()] };

        await Assert.ThrowsExactlyAsync<StudyException>(() => new Study(options).RunAsync(null, TestContext.CancellationToken));

        Measurement[] levels = [.. all.Where(m => m.Tags.GetValueOrDefault("label") is "failing label" && m.Name.EndsWith(".running", StringComparison.Ordinal))];
        Assert.AreEqual(0, levels.Sum(m => m.Value));
        Assert.IsGreaterThan(0, levels.Length);
    }

    private sealed record Measurement(string Name, double Value, Dictionary<string, object?> Tags);

    private static Table Renamed(Table table, string label) => new(table.Columns.Select(c => c.Name == "label" ? c.Rename(label) : c));

    private static double Sum(Measurement[] measurements, string name, string outcome) =>
        measurements.Where(m => m.Name == name && m.Tags.GetValueOrDefault("outcome") is string own && own == outcome).Sum(m => m.Value);

    private static MeterListener ListenTo(ConcurrentBag<Measurement> all)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == StudyMetrics.MeterName) self.EnableMeasurementEvents(instrument);
            },
        };
        void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => all.Add(new Measurement(name, value, tags.ToArray().ToDictionary(t => t.Key, t => t.Value)));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.Start();
        return listener;
    }
}
