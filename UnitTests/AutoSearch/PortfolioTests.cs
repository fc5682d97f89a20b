using System.Globalization;
using System.Text.Json;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class PortfolioTests
{
    private static readonly DataShape shape = new(MLTask.Binary, 1000, 10, 2);

    private static readonly Candidate[] candidates =
        [new(TestTrainers.Entry<ConstantTrainer>(), shape), new(TestTrainers.Entry<DescentTrainer>(), shape), new(TestTrainers.Entry<HugeTrainer>(), shape)];

    private static readonly FeaturizerCard extra = new("extra", "Something more.", ColumnRole.Number) { OnRequest = true };

    [TestMethod]
    public void A_list_comes_after_the_baselines_and_before_all_else()
    {
        string[] order = Order("""[{"trainer":"test-huge"},{"trainer":"test-descent","knobs":{"Rate":"0.5"}},{"trainer":"test-descent","knobs":{"Rate":"0.2"}}]""");

        CollectionAssert.AreEqual(new[] { "test-constant start", "test-huge start", "test-descent start", "test-descent portfolio", "test-descent+extra start", "test-descent variant" }, order[..6]);
    }

    [TestMethod]
    public void Entries_without_their_trainer_task_or_featurizer_are_left_out()
    {
        string[] order = Order("""[{"trainer":"not-there"},{"trainer":"test-huge","tasks":["Regression"]},{"trainer":"test-huge","featurizers":["not-there"]},{"trainer":"test-huge","featurizers":["extra"]}]""");

        CollectionAssert.AreEqual(new[] { "test-constant start", "test-huge+extra start", "test-descent start" }, order[..3]);
    }

    [TestMethod]
    public void Knobs_are_moved_into_the_ranges_of_the_data()
    {
        IReadOnlyList<PortfolioEntry> entries = Portfolio.For(candidates, [], shape.Task, PortfolioList.Parse("""[{"trainer":"test-descent","knobs":{"Rate":"77","Steps":"-3","Unknown":"1"}}]"""));

        IReadOnlyDictionary<string, string> knobs = candidates[1].Space.Describe([.. entries[1].Point]);
        Assert.AreEqual(1, double.Parse(knobs["Rate"], CultureInfo.InvariantCulture), 1e-9);
        Assert.AreEqual("1", knobs["Steps"]);
    }

    [TestMethod]
    public void A_value_in_range_comes_back_from_its_coordinate()
    {
        ISearchSpace space = candidates[1].Space;

        for (int steps = 1; steps <= 200; steps++)
        {
            Dictionary<string, string> values = new() { ["Rate"] = (steps / 200.0).ToString(CultureInfo.InvariantCulture), ["Steps"] = steps.ToString(CultureInfo.InvariantCulture) };
            DescentTrainer trainer = (DescentTrainer)space.At(space.PointNear(values));
            Assert.AreEqual(steps, trainer.Steps);
            Assert.AreEqual(steps / 200.0, trainer.Rate, 1e-12);
        }
    }

    [TestMethod]
    public void The_learned_list_names_knobs_and_values_that_its_trainers_have()
    {
        foreach (ListedConfiguration listed in PortfolioList.Learned)
        {
            // A trainer may be missing where its assembly is; a wrong knob is a mistake wherever it is there.
            if (Catalog.Trainer(listed.Trainer) is not { } entry) continue;
            foreach (MLTask task in listed.Tasks.Count > 0 ? listed.Tasks : entry.Card.Tasks)
            {
                ISearchSpace space = entry.Space(new DataShape(task, 100_000, 50, task == MLTask.Regression ? 0 : task == MLTask.Binary ? 2 : 5) { CategoricalFeatures = 10 });
                ITrainer trainer = space.From(listed.Knobs);
                BoundsAttribute.Check(trainer);
            }
            foreach (string key in listed.Featurizers) Assert.IsTrue(Catalog.Featurizers.Any(f => f.Card.Key == key), key);
        }
    }

    [TestMethod]
    public void Every_learned_entry_is_a_configuration_of_its_own()
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            DataShape large = new(task, 20_000, 30, task == MLTask.Regression ? 0 : 2) { CategoricalFeatures = 10 };
            Candidate[] all = [.. Catalog.Trainers.Where(t => t.Card.Tasks.Contains(task)).Select(t => new Candidate(t, large))];
            PortfolioEntry[] listed = [.. Portfolio.For(all, [.. Catalog.Featurizers.Select(f => f.Card)], task, PortfolioList.Learned).Where(e => e.Origin is "start" or "portfolio")];

            string[] keys = [.. listed.Select(e => $"{e.Trainer} {string.Join(',', all.First(c => c.Key == e.Trainer).Space.Describe([.. e.Point]))} {string.Join(',', e.Featurizers)}")];

            Assert.AreEqual("", string.Join('\n', keys.GroupBy(k => k).Where(g => g.Count() > 1).Select(g => g.Key)));
        }
    }

    [TestMethod]
    public void Newcomers_of_a_family_that_the_list_has_tried_wait_by_cost()
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            Candidate[] all = [.. Catalog.Trainers.Where(t => t.Card.Tasks.Contains(task)).Select(t => new Candidate(t, new DataShape(task, 5_000, 20, task == MLTask.Regression ? 0 : 2)))];
            HashSet<string> listed = [.. PortfolioList.Learned.Where(l => l.Tasks.Count == 0 || l.Tasks.Contains(task)).Select(l => l.Trainer)];
            HashSet<Needs> tried = [.. all.Where(c => listed.Contains(c.Key)).Select(c => c.Family)];

            Candidate[] starts = [.. Portfolio.For(all, [.. Catalog.Featurizers.Select(f => f.Card)], task, PortfolioList.Learned)
                .Where(e => e.Origin == "start" && e.Featurizers.Count == 0 && !listed.Contains(e.Trainer)).Select(e => all.First(c => c.Key == e.Trainer)).Where(c => !c.Entry.Card.IsBaseline)];
            int early = starts.Where(c => !tried.Contains(c.Family)).DistinctBy(c => c.Family).Count();

            Assert.IsTrue(starts[..early].All(c => !tried.Contains(c.Family)), $"{task}");
            Assert.IsTrue(starts[early..].Any(c => tried.Contains(c.Family)), $"{task}");
            CollectionAssert.AreEqual(starts[early..].OrderBy(c => c.Cost.Flops).ToArray(), starts[early..], $"{task}");
        }
    }

    [TestMethod]
    public void A_list_survives_being_written()
    {
        string written = PortfolioList.Write(PortfolioList.Learned);

        Assert.AreEqual(written, PortfolioList.Write(PortfolioList.Parse(written)));
    }

    [TestMethod]
    [DataRow("""[{"knobs":{}}]""")]
    [DataRow("""[{"trainer":"a","nobs":{}}]""")]
    [DataRow("""{"trainer":"a"}""")]
    [DataRow("null")]
    public void What_is_no_list_is_refused(string json) => Assert.Throws<JsonException>(() => PortfolioList.Parse(json));

    private static string[] Order(string json) =>
        [.. Portfolio.For(candidates, [extra], shape.Task, PortfolioList.Parse(json)).Select(e => $"{e.Trainer}{string.Concat(e.Featurizers.Select(f => "+" + f))} {e.Origin}")];
}
