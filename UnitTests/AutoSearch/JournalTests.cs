using Microsoft.Data.Sqlite;
using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class JournalTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-journal-").FullName;

    public TestContext TestContext { get; set; } = null!;

    private string Path => System.IO.Path.Combine(folder, "study.journal");

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public async Task An_interrupted_study_ends_as_the_unbroken_one()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 20);
        StudyResult unbroken = await RunAsync(options);
        await RunAsync(options with { Trials = 9, Journal = Path });

        StudyResult resumed = await RunAsync(options with { Journal = Path });

        Assert.AreEqual(Text(unbroken), Text(resumed));
        CollectionAssert.AreEqual(unbroken.Pipeline.Predict(options.Data).Values, resumed.Pipeline.Predict(options.Data).Values);
    }

    [TestMethod]
    public async Task A_trial_that_was_running_when_the_process_died_is_run_again()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 14);
        StudyResult unbroken = await RunAsync(options);
        await RunAsync(options with { Trials = 8, Journal = Path });
        using (SqliteConnection connection = new($"Data Source={Path};Pooling=false"))
        {
            connection.Open();
            using SqliteCommand delete = connection.CreateCommand();
            delete.CommandText = "DELETE FROM outcomes WHERE number IN (6, 8); DELETE FROM models WHERE number IN (6, 8)";
            delete.ExecuteNonQuery();
        }

        StudyResult resumed = await RunAsync(options with { Journal = Path });

        Assert.AreEqual(Text(unbroken), Text(resumed));
    }

    [TestMethod]
    public async Task What_was_written_is_read_back()
    {
        List<TrialEvent> events = [];
        await new Study(TestTables.Options(TestTables.Multiclass(150), 8) with { Journal = Path }).RunAsync(new Progress(events.Add), TestContext.CancellationToken);
        string fingerprint = Fingerprint();

        using Journal journal = Journal.Open(Path, fingerprint);

        CollectionAssert.AreEqual(events.OfType<TrialEvent.Started>().Select(e => e.Plan.Key).ToArray(), journal.Plans().Select(p => p.Key).ToArray());
        TrialEvent[] outcomes = [.. events.Where(e => e.IsOutcome).OrderBy(e => e.Number)];
        CollectionAssert.AreEqual(outcomes.Select(Text).ToArray(), journal.Outcomes().Select(o => Text(o.Outcome)).ToArray());
        Assert.IsTrue(journal.Outcomes().All(o => o.Outcome is not TrialEvent.Completed || o.OutOfFold!.Length == 150 * 3));
    }

    [TestMethod]
    public async Task The_journal_of_another_study_is_refused()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(100), 2) with { Journal = Path };
        await RunAsync(options);

        foreach (StudyOptions other in new[] { options with { Seed = 2 }, options with { Data = TestTables.Binary(100, seed: 8) }, options with { Metric = "logloss" } })
        {
            StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(() => RunAsync(other));
            StringAssert.Contains(error.Message, "another study");
        }
    }

    [TestMethod]
    public async Task A_file_that_is_no_journal_is_refused()
    {
        await File.WriteAllTextAsync(Path, new string('x', 5000), TestContext.CancellationToken);

        StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(() => RunAsync(TestTables.Options(TestTables.Binary(100), 2) with { Journal = Path }));

        StringAssert.Contains(error.Message, Path);
    }

    [TestMethod]
    public async Task A_folder_that_is_missing_is_named()
    {
        string path = System.IO.Path.Combine(folder, "no", "such", "place");

        StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(() => RunAsync(TestTables.Options(TestTables.Binary(100), 2) with { Journal = path }));

        StringAssert.Contains(error.Message, path);
    }

    private string Fingerprint()
    {
        using SqliteConnection connection = new($"Data Source={Path};Pooling=false");
        connection.Open();
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT value FROM study WHERE key = 'fingerprint'";
        return (string)select.ExecuteScalar()!;
    }

    private static string Text(TrialEvent outcome) => outcome switch
    {
        TrialEvent.Completed c => $"{c.Number} {c.Loss:R} {c.Score:R} {string.Join(' ', c.FoldLosses)} {c.Seconds:R} {c.At}",
        TrialEvent.Dropped d => $"{d.Number} {d.FoldLoss:R} {d.At}",
        TrialEvent.Failed f => $"{f.Number} {f.Reason}",
        TrialEvent.Skipped s => $"{s.Number} {s.Reason}",
        _ => "",
    };

    private static string Text(StudyResult result) =>
        string.Join('\n', result.Leaderboard.Rows.Select(r => $"{r.Number} {r.Trainer} {r.Loss:R} {string.Join(',', r.Knobs.Values)}").Append($"{result.Best} {result.Score:R}"));

    private Task<StudyResult> RunAsync(StudyOptions options) => new Study(options).RunAsync(null, TestContext.CancellationToken);
}
