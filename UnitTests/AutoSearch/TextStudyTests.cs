using System.Collections.Concurrent;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>What changes in a study when columns hold text, and that nothing changes where none does.</summary>
[TestClass]
public sealed class TextStudyTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_study_without_text_has_no_trainer_over_ids()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), 5) with { Trainers = Catalog.Trainers };
        List<string> notes = [];

        Candidate[] candidates = Candidates.For(options, StudyData.From(options).Shape, notes);

        Assert.IsFalse(candidates.Any(c => c.Entry.Card.Needs.AreIds()));
        Assert.IsEmpty(notes);
        CollectionAssert.AreEqual(Catalog.Trainers.Where(t => !t.Card.Needs.AreIds() && Trainers.TrainerComposition.Serves(t.Card, MLTask.Binary)).Select(t => t.Card.Key).ToArray(), candidates.Select(c => c.Key).ToArray());
    }

    [TestMethod]
    public void A_study_without_text_runs_the_same_trials_whether_trainers_over_ids_are_allowed_or_not()
    {
        TrainerEntry[] plain = [.. Catalog.Trainers.Where(t => !t.Card.Needs.AreIds())];

        string[] with = Proposals(TestTables.Binary(120), Catalog.Trainers), without = Proposals(TestTables.Binary(120), plain);

        CollectionAssert.AreEqual(without, with);
    }

    [TestMethod]
    public void A_study_of_text_begins_with_readers_of_terms_and_takes_ids_early()
    {
        Candidate[] candidates = [.. Proposed(Texts(300), Catalog.Trainers).Take(6)];

        Assert.IsTrue(candidates[0].Entry.Card.IsBaseline);
        Assert.IsTrue(candidates[1..4].All(c => c.Entry.Card.Needs.HasFlag(Needs.NumericOnly) && !c.Entry.Card.Needs.HasFlag(Needs.Dense)), string.Join(", ", candidates.Select(c => c.Key)));
        Assert.IsTrue(candidates[4].Entry.Card.Needs.AreIds(), candidates[4].Key);
    }

    [TestMethod]
    public void Nothing_of_the_list_is_lost_or_added_by_the_order_for_text()
    {
        StudyData data = StudyData.From(TextOptions(Texts(300), Catalog.Trainers));
        Candidate[] candidates = Candidates.For(TextOptions(Texts(300), Catalog.Trainers), data.Shape);
        IReadOnlyList<PortfolioEntry> list = Portfolio.For(candidates, Candidates.Featurizers(data), MLTask.Binary, PortfolioList.Learned);

        CollectionAssert.AreEquivalent(list.ToArray(), TextOrder.Of(list, candidates, isMostlyText: true).ToArray());
        CollectionAssert.AreEquivalent(list.ToArray(), TextOrder.Of(list, candidates, isMostlyText: false).ToArray());
    }

    [TestMethod]
    public void One_that_takes_all_cores_comes_early_runs_alone_and_has_most_of_the_time()
    {
        AloneTrainer.Seen.Clear();
        StudyOptions options = TextOptions(Texts(400), [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<AloneTrainer>(), .. Catalog.Trainers.Where(t => t.Card.Key is "lbfgs-logistic" or "sdca-logistic")])
            with { Time = TimeSpan.FromSeconds(60), Trials = 6, Threads = 3 };

        StudyResult result = new Study(options).RunAsync(cancel: TestContext.CancellationToken).GetAwaiter().GetResult();

        (int threads, double seconds, int others, _) = AloneTrainer.Seen.First();
        Assert.AreEqual(3, threads);
        Assert.IsGreaterThan(20, seconds, "seconds that the fit may take of 60");
        Assert.IsLessThanOrEqualTo(48.1, seconds);
        Assert.AreEqual(0, others);
        Assert.AreEqual(1, result.Splits, "folds would take more than half of the time");
    }

    [TestMethod]
    public void One_that_takes_all_cores_and_wins_is_fitted_again_on_all_rows_and_once_more_on_a_part()
    {
        AloneTrainer.Seen.Clear();
        StudyOptions options = TextOptions(Texts(400), [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<AloneTrainer>()]) with { Time = TimeSpan.FromSeconds(60), Trials = 2, Threads = 2 };

        StudyResult result = new Study(options).RunAsync(cancel: TestContext.CancellationToken).GetAwaiter().GetResult();

        CollectionAssert.AreEqual(new[] { 320, 400, 320 }, AloneTrainer.Seen.Select(s => s.Rows).ToArray());
        CollectionAssert.AreEqual(new[] { 0.25, 0.5, 0.25 }, result.Pipeline.Members.Select(m => m.Weight).ToArray());
    }

    [TestMethod]
    public void One_that_takes_all_cores_tells_by_its_number_how_far_it_is_and_others_are_silent()
    {
        ConcurrentQueue<TrialProgress> told = new();
        ConcurrentDictionary<int, string> trainers = new();
        StudyOptions options = TextOptions(Texts(200), [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<AloneTrainer>(), .. Catalog.Trainers.Where(t => t.Card.Key == "fast-text")])
            with { Trials = 6, FitProgress = new ToldFits(told.Enqueue) };

        new Study(options).RunAsync(new Told(e => trainers[e.Number] = e.Plan.Trainer), TestContext.CancellationToken).GetAwaiter().GetResult();

        Assert.IsFalse(told.IsEmpty);
        Assert.IsTrue(told.All(t => trainers[t.Number] == "test-alone" && t.Fit.What == "half of it"));
        CollectionAssert.Contains(trainers.Values.ToArray(), "fast-text");
    }

    [TestMethod]
    public void One_that_takes_all_cores_leaves_time_to_score_the_callers_rows()
    {
        AloneTrainer.Seen.Clear();
        StudyOptions options = TextOptions(Texts(400), [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<AloneTrainer>()])
            with { Time = TimeSpan.FromSeconds(60), Trials = 2, Threads = 2, RowsToScore = 600 };

        new Study(options).RunAsync(cancel: TestContext.CancellationToken).GetAwaiter().GetResult();

        // 600 rows of 1e9 operations on two cores of 3e10 a second, and 6 % for the rows that it is judged by; without the former it has 48 s.
        Assert.IsLessThanOrEqualTo(60 - 10 - 3.6, AloneTrainer.Seen.First().Seconds);
        Assert.IsGreaterThan(20, AloneTrainer.Seen.First().Seconds);
    }

    [TestMethod, DataRow(6e9, true, DisplayName = "100 s of 60"), DataRow(3e10, false, DisplayName = "20 s of 60")]
    public void One_that_could_not_score_the_callers_rows_in_time_on_this_machine_is_not_fitted(double flopsPerSecond, bool isLeftOut)
    {
        AloneTrainer.Seen.Clear();
        TrainerEntry entry = TestTrainers.Entry<AloneTrainer>();
        List<string> skipped = [];
        StudyOptions options = TextOptions(Texts(400), [TestTrainers.Entry<ConstantTrainer>(), entry with { Card = entry.Card with { FlopsPerSecond = threads => flopsPerSecond * threads / 2 } }])
            with { Time = TimeSpan.FromSeconds(60), Trials = 2, Threads = 2, RowsToScore = 600 };

        new Study(options).RunAsync(new Told(e => { if (e is TrialEvent.Skipped s) skipped.Add(s.Reason); }), TestContext.CancellationToken).GetAwaiter().GetResult();

        Assert.AreEqual(isLeftOut, AloneTrainer.Seen.IsEmpty);
        Assert.AreEqual(isLeftOut ? "scoring the rows that were given for it would take about 167 % of the time." : "", string.Join("; ", skipped.Distinct()));
    }

    [TestMethod]
    public void One_that_can_not_be_used_here_is_left_out_with_a_note_where_there_is_text()
    {
        TrainerEntry[] trainers = [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<AbsentTrainer>()];
        List<string> notes = [], silent = [];

        Candidate[] ofText = Candidates.For(TextOptions(Texts(50), trainers), StudyData.From(TextOptions(Texts(50), trainers)).Shape, notes);
        Candidates.For(TestTables.Options(TestTables.Binary(50), 3) with { Trainers = trainers }, StudyData.From(TestTables.Options(TestTables.Binary(50), 3)).Shape, silent);

        CollectionAssert.AreEqual(new[] { "test-constant" }, ofText.Select(c => c.Key).ToArray());
        CollectionAssert.AreEqual(new[] { "test-absent is left out: there is none." }, notes);
        Assert.IsEmpty(silent);
    }

    [TestMethod]
    public void Who_waits_for_all_places_is_not_overtaken_by_later_trials()
    {
        CoreSlots slots = new(2);
        CancellationToken cancel = TestContext.CancellationToken;
        CoreSlots.Place first = slots.EnterAsync(1, 0, cancel).GetAwaiter().GetResult();

        Task<CoreSlots.Place> alone = slots.EnterAloneAsync(2, 0, cancel), later = slots.EnterAsync(3, 0, cancel), earlier = slots.EnterAsync(1, 1, cancel);

        Assert.IsTrue(earlier.Wait(1000, cancel), "a fold of an earlier trial goes first");
        Assert.IsFalse(alone.IsCompleted || later.IsCompleted);
        first.Dispose();
        Assert.IsFalse(alone.Wait(50, cancel));
        earlier.Result.Dispose();
        Assert.IsTrue(alone.Wait(1000, cancel));
        Assert.IsFalse(later.Wait(50, cancel));
        alone.Result.Dispose();
        Assert.IsTrue(later.Wait(1000, cancel));
    }

    [TestMethod]
    public void Who_gives_up_waiting_for_all_places_holds_nobody_up()
    {
        CoreSlots slots = new(2);
        using CancellationTokenSource source = new();
        using CoreSlots.Place held = slots.EnterAsync(1, 0, TestContext.CancellationToken).GetAwaiter().GetResult();
        Task<CoreSlots.Place> alone = slots.EnterAloneAsync(2, 0, source.Token), later = slots.EnterAsync(3, 0, TestContext.CancellationToken);
        Assert.IsFalse(later.IsCompleted);

        source.Cancel();

        Assert.IsTrue(later.Wait(1000, TestContext.CancellationToken));
        Assert.ThrowsExactly<TaskCanceledException>(() => alone.GetAwaiter().GetResult());
    }

    internal static Table Texts(int rows)
    {
        string[] good = ["fine", "lovely", "bright", "warm"], bad = ["dull", "poor", "cold", "broken"], neutral = ["room", "film", "staff", "story", "end", "part"];
        Random random = new(3);
        ReadOnlyMemory<char>[] texts = new ReadOnlyMemory<char>[rows];
        string?[] labels = new string?[rows];
        for (int i = 0; i < rows; i++)
        {
            bool isGood = random.Next(2) == 1;
            labels[i] = isGood ? "yes" : "no";
            string[] said = isGood == random.NextDouble() < 0.9 ? good : bad;
            texts[i] = string.Join(' ', Enumerable.Range(0, 8).Select(k => k % 4 == 0 ? said[random.Next(said.Length)] : neutral[random.Next(neutral.Length)]).Append($"n{i}")).AsMemory();
        }
        return new Table([new TextColumn("text", texts), TestTables.Labels(labels)]);
    }

    private static StudyOptions TextOptions(Table table, IReadOnlyList<TrainerEntry> trainers) => new()
    {
        Data = table,
        Roles = new Roles { ByColumn = new Dictionary<string, ColumnRole> { ["text"] = ColumnRole.Text, ["label"] = ColumnRole.Label } },
        Trainers = trainers,
        Trials = 5,
    };

    private static Candidate[] Proposed(Table table, IReadOnlyList<TrainerEntry> trainers)
    {
        StudyOptions options = TextOptions(table, trainers);
        StudyData data = StudyData.From(options);
        Candidate[] candidates = Candidates.For(options, data.Shape);
        IReadOnlyList<PortfolioEntry> list = TextOrder.Of(Portfolio.For(candidates, Candidates.Featurizers(data), MLTask.Binary, PortfolioList.Learned), candidates, data.IsMostlyText);
        return [.. list.Select(e => candidates.First(c => c.Key == e.Trainer))];
    }

    private string[] Proposals(Table table, IReadOnlyList<TrainerEntry> trainers)
    {
        ConcurrentQueue<string> plans = new();
        StudyOptions options = TestTables.Options(table, 4) with { Trainers = trainers };

        StudyResult result = new Study(options).RunAsync(new Told(e => { if (e is TrialEvent.Started) plans.Enqueue($"{e.Number} {e.Plan.Key} {e.Plan.Seed}"); }), TestContext.CancellationToken).GetAwaiter().GetResult();

        return [.. plans.Order(StringComparer.Ordinal), .. result.Leaderboard.Rows.Select(r => $"{r.Number} {r.Trainer} {r.Loss:R}")];
    }

    private sealed class Told(Action<TrialEvent> tell) : IProgress<TrialEvent>
    {
        public void Report(TrialEvent value) => tell(value);
    }

    private sealed class ToldFits(Action<TrialProgress> tell) : IProgress<TrialProgress>
    {
        public void Report(TrialProgress value) => tell(value);
    }

    internal sealed record AloneTrainer : ITrainer<AloneTrainer>
    {
        private static int running;

        public static ConcurrentQueue<(int Threads, double Seconds, int Others, int Rows)> Seen { get; } = new();

        public static TrainerCard Card { get; } = new("test-alone", "Takes all cores.", TestTrainers.AllTasks)
        {
            Needs = Needs.WordIds | Needs.NumericOnly | Needs.Dense, UsesAllCores = true, KeepsPartial = true,
        };

        public static Pipelines.SearchSpace<AloneTrainer> Space(DataShape data) => new();

        public CostHint Cost(DataShape data) => new(1e12, 1024) { ScoringFlops = 1e9 };

        public IModel Fit(TrainingSet data, FitContext context)
        {
            int others = Interlocked.Increment(ref running) - 1;
            Seen.Enqueue((context.Threads, context.TimeLeft?.TotalSeconds ?? double.PositiveInfinity, others, data.Rows));
            Interlocked.Decrement(ref running);
            context.Progress?.Report(new FitProgress(0.5, 1, "half of it"));
            return TestTrainers.Constant(data);
        }
    }

    internal sealed record AbsentTrainer : ITrainer<AbsentTrainer>
    {
        public static TrainerCard Card { get; } = new("test-absent", "Can't be used.", TestTrainers.AllTasks) { Needs = Needs.TokenIds, Unavailable = () => "there is none." };

        public static Pipelines.SearchSpace<AbsentTrainer> Space(DataShape data) => new();

        public CostHint Cost(DataShape data) => new(1, 1024);

        public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
    }
}
