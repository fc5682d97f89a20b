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
            StringAssert.Contains(error.Message, other.Data == options.Data ? "another study" : "other data");
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

    [TestMethod]
    public async Task A_journal_that_is_in_use_is_refused()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(100), 2) with { Journal = Path };
        await RunAsync(options);
        using Journal held = Journal.Open(Path, Fingerprint());

        StudyException error = await Assert.ThrowsExactlyAsync<StudyException>(() => RunAsync(options));

        StringAssert.Contains(error.Message, "in use by another");
        Assert.ThrowsExactly<StudyException>(() => Journal.NotesOf(Path));
    }

    [TestMethod]
    public async Task Studies_with_journals_in_one_folder_do_not_disturb_each_other()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(150), 10);
        StudyResult alone = await RunAsync(options);

        StudyResult[] together = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => RunAsync(options with { Journal = $"{Path}.{i}" })));

        foreach (StudyResult result in together) Assert.AreEqual(Text(alone), Text(result));
    }

    [TestMethod]
    public async Task A_full_journal_costs_the_journal_and_not_the_study()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(1000), 16);
        StudyResult unbroken = await RunAsync(options);

        StudyResult result = await RunAsync(options with { Journal = Path, JournalBytes = 80_000 });

        Assert.AreEqual(Text(unbroken), Text(result));
        Assert.IsTrue(result.Warnings.Any(w => w.Contains(Path, StringComparison.Ordinal) && w.Contains("full", StringComparison.Ordinal)), string.Join('\n', result.Warnings));
        Assert.IsLessThan(90_000, new FileInfo(Path).Length);
        Assert.IsInRange(1, 15, Journal.TrialsOf(Path).Count);
        Assert.AreEqual(Text(unbroken), Text(await RunAsync(options with { Journal = Path })));
    }

    [TestMethod]
    public async Task Rows_are_divided_as_at_the_beginning_whatever_the_time_of_a_later_run()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(1500), 4) with { Journal = Path, Time = TimeSpan.FromSeconds(600) };
        StudyResult first = await RunAsync(options);

        StudyResult second = await RunAsync(options with { Time = TimeSpan.FromHours(5), Threads = 1, Trials = 6 });

        Assert.AreEqual(first.Splits, second.Splits);
        Assert.IsGreaterThan(first.Leaderboard.Completed, second.Leaderboard.Completed);
    }

    [TestMethod]
    public async Task Notes_time_and_end_can_be_read_without_the_data()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(150), 5) with { Journal = Path, JournalNotes = new Dictionary<string, string> { ["who"] = "a test", ["50%_"] = "odd" } };
        await RunAsync(options);

        IReadOnlyDictionary<string, string> notes = Journal.NotesOf(Path);

        CollectionAssert.AreEquivalent(options.JournalNotes.ToArray(), notes.ToArray());
        Assert.IsTrue(Journal.IsEnded(Path));
        Assert.IsGreaterThan(TimeSpan.Zero, Journal.TimeUsedBy(Path));
        Assert.HasCount(5, Journal.TrialsOf(Path));
    }

    [TestMethod]
    public async Task An_interrupted_study_is_not_ended_and_goes_on_to_the_unbroken_result()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), 20) with { Threads = 1 };
        StudyResult unbroken = await RunAsync(options);
        using CancellationTokenSource stop = new();
        Progress stopping = new(e => { if (e is TrialEvent.Completed { Number: 7 }) stop.Cancel(); });
        StudyResult stopped = await new Study(options with { Journal = Path }).RunAsync(stopping, stop.Token);

        bool ended = Journal.IsEnded(Path);
        StudyResult resumed = await RunAsync(options with { Journal = Path });

        Assert.AreEqual(StudyEnd.Cancelled, stopped.End);
        Assert.IsFalse(ended);
        Assert.AreEqual(Text(unbroken), Text(resumed));
    }

    [TestMethod]
    public void A_journal_that_is_missing_is_named()
    {
        StudyException error = Assert.ThrowsExactly<StudyException>(() => Journal.NotesOf(Path));

        StringAssert.Contains(error.Message, Path);
        Assert.IsFalse(File.Exists(Path));
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
