using MLPipes.AutoSearch;
using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.Tests;

[TestClass]
public sealed class WarmStartTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-warm-").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public async Task A_study_tries_the_configurations_of_a_model_first_on_other_data_too()
    {
        string model = Path.Combine(folder, "model.zip");
        StudyResult first = await RunAsync(TestTables.Options(TestTables.Binary(200), 12));
        first.Pipeline.Save(model);
        IReadOnlyList<MemberConfiguration> from = WarmStart.Read(model);
        List<TrialEvent> events = [];

        await new Study(TestTables.Options(TestTables.Binary(300, seed: 9), 4) with { StartFrom = from, Seed = 5 }).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        TrialPlan[] plans = [.. events.OfType<TrialEvent.Started>().Select(e => e.Plan).OrderBy(p => p.Number)];
        Assert.IsNotEmpty(from);
        for (int i = 0; i < Math.Min(from.Count, 4); i++)
        {
            Assert.AreEqual("warm", plans[i].Origin);
            Assert.AreEqual(from[i].Trainer, plans[i].Trainer);
            foreach ((string name, string value) in from[i].Knobs) Assert.AreEqual(Figure(value), Figure(plans[i].Knobs[name]), 1e-9 * Math.Abs(Figure(value)));
        }
    }

    [TestMethod]
    public async Task A_study_starts_from_the_best_trials_of_a_journal()
    {
        string journal = Path.Combine(folder, "study.journal");
        StudyResult first = await RunAsync(TestTables.Options(TestTables.Binary(200), 12) with { Journal = journal });

        IReadOnlyList<MemberConfiguration> from = WarmStart.Read(journal);

        Assert.AreEqual(first.Leaderboard.Best!.Trainer, from[0].Trainer);
        CollectionAssert.AreEquivalent(first.Leaderboard.Best.Knobs.ToArray(), from[0].Knobs.ToArray());
    }

    [TestMethod]
    public async Task Configurations_of_trainers_that_do_not_serve_are_left_out_and_told_of()
    {
        MemberConfiguration other = new() { Trainer = "no-such-trainer" };

        StudyResult result = await RunAsync(TestTables.Options(TestTables.Binary(100), 2) with { StartFrom = [other] });

        Assert.IsTrue(result.Warnings.Any(w => w.StartsWith("1 of 1 configurations to start from", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void A_file_that_is_neither_model_nor_journal_is_refused()
    {
        string path = Path.Combine(folder, "text.txt");
        File.WriteAllText(path, new string('x', 3000));

        StudyException error = Assert.ThrowsExactly<StudyException>(() => WarmStart.Read(path));

        StringAssert.Contains(error.Message, path);
    }

    [TestMethod]
    public void Every_trainer_finds_its_own_points_again()
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            foreach (TrainerEntry entry in Catalog.Trainers.Where(t => t.Card.Serves(task)))
            {
                Candidate candidate = new(entry, new DataShape(task, 1000, 10, task == MLTask.Multiclass ? 3 : 2));
                for (int seed = 0; seed < 5; seed++)
                {
                    Random random = new(seed);
                    IReadOnlyDictionary<string, string> knobs = candidate.Space.Describe([.. candidate.Space.Knobs.Select(_ => random.NextDouble())]);

                    IReadOnlyDictionary<string, string> found = candidate.Space.Describe(candidate.Space.PointNear(knobs));

                    foreach ((string name, string value) in knobs)
                        Assert.IsTrue(value == found[name] || Math.Abs(Figure(value) - Figure(found[name])) <= 1e-9 * Math.Abs(Figure(value)), $"{candidate.Key} {name}: {value} came back as {found[name]}");
                }
            }
        }
    }

    private static double Figure(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task<StudyResult> RunAsync(StudyOptions options) => new Study(options).RunAsync(null, TestContext.CancellationToken);
}
