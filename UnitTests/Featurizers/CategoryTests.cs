using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class CategoryTests
{
    [TestMethod]
    public void Target_encoding_follows_its_formula()
    {
        // a: 3 rows, 2 positive; b: 1 row, 0 positive; prior 2/4; m = 2.
        TargetEncoding featurizer = new() { Smoothing = 2, FoldCount = 2 };
        FeaturizerFit fit = featurizer.Fit([Text("a", "a", "a", "b")], new FeaturizerContext { Target = Binary(1, 1, 0, 0) });

        float[] values = Cases.Dense(fit.Transform!, [Text("a", "b", "", "never")]);

        Assert.AreEqual((2 + (2 * 0.5f)) / (3 + 2), values[0], 1e-6f);
        Assert.AreEqual((0 + (2 * 0.5f)) / (1 + 2), values[1], 1e-6f);
        Assert.AreEqual(0.5f, values[2], 1e-6f);
        Assert.AreEqual(0.5f, values[3], 1e-6f);
    }

    [TestMethod]
    public void Target_encoding_honours_weights()
    {
        FeaturizerFit fit = new TargetEncoding { Smoothing = 1 }.Fit([Text("a", "a", "b", "b")],
            new FeaturizerContext { Target = Binary(1, 0, 1, 0), Weights = [3, 1, 0, 0] });

        Assert.AreEqual((3 + 0.75f) / (4 + 1), Cases.Dense(fit.Transform!, [Text("a")])[0], 1e-6f);
    }

    [TestMethod, DataRow(MLTask.Binary), DataRow(MLTask.Regression), DataRow(MLTask.Multiclass)]
    public void A_random_column_of_many_categories_tells_nothing_of_the_label_it_trains_on(MLTask task)
    {
        const int Count = 20_000;
        Random random = new(3);
        CategoryColumn column = new("c", [.. Enumerable.Range(0, Count).Select(_ => random.Next(8000))], [.. Enumerable.Range(0, 8000).Select(i => $"v{i}")]);
        Target target = Tiny.Label(task, Count, seed: 4);

        FeaturizerFit fit = new TargetEncoding().Fit([column], new FeaturizerContext { Target = target, Seed = 1 });

        float[] label = task == MLTask.Multiclass ? [.. target.Values.ToArray().Select(v => v == 0 ? 1f : 0f)] : target.Values.ToArray();
        int width = fit.Transform!.Features.Count;
        float[] outOfFold = Every(fit.TrainingValues!, width), inFold = Every(Cases.Dense(fit.Transform!, [column]), width);
        // 3 / √20,000 = 0.02 is what chance gives; the in-fold values show what leaking would look like.
        Assert.IsLessThan(0.025, Math.Abs(Correlation(outOfFold, label)));
        Assert.IsGreaterThan(0.4, Correlation(inFold, label));
    }

    [TestMethod]
    public void Words_tell_nothing_of_random_labels_they_train_on()
    {
        const int Count = 5000;
        Random random = new(3);
        TextColumn column = new("t", [.. Enumerable.Range(0, Count).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => $"w{random.Next(4000)}")).AsMemory())]);
        Target target = Tiny.Label(MLTask.Binary, Count, seed: 4);

        FeaturizerFit fit = new TextScores().Fit([column], new FeaturizerContext { Target = target, Seed = 1 });

        Assert.IsLessThan(0.05, Math.Abs(Correlation(fit.TrainingValues!, target.Values.ToArray())));
        Assert.IsGreaterThan(0.4, Correlation(Cases.Dense(fit.Transform!, [column]), target.Values.ToArray()));
    }

    [TestMethod]
    public void Ordinal_codes_go_by_frequency_and_group_the_rare()
    {
        FeaturizerFit fit = new OrdinalCodes().Fit([Text("b", "b", "b", "a", "a", "x", "y")], new FeaturizerContext());

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 2, float.NaN, float.NaN }, Cases.Dense(fit.Transform!, [Text("b", "a", "x", "y", "", "z")]));
        Assert.AreEqual(3, fit.Transform!.Features[0].Categories);
    }

    [TestMethod]
    public void One_hot_groups_rare_and_unseen_and_keeps_missing_apart()
    {
        FeaturizerFit fit = new OneHot { MinRows = 2 }.Fit([Text("a", "a", "b", "b", "rare", "")], new FeaturizerContext());

        CollectionAssert.AreEqual(new[] { "c=a", "c=b", "c.other", "c.missing" }, fit.Transform!.Features.Select(f => f.Name).ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1 }, Cases.Dense(fit.Transform, [Text("a", "rare", "unseen", "")]));
    }

    [TestMethod]
    public void One_hot_marks_one_feature_a_row_for_every_seen_value() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        TextColumn column = Text([.. bytes.Select(b => $"v{b % 7}"), "v0", "v0", "v1", "v1", "v2"]);
        ITransform transform = new OneHot { MinRows = 1 }.Fit([column], new FeaturizerContext()).Transform!;
        float[] values = Cases.Dense(transform, [column]);
        return values.Chunk(transform.Features.Count).All(row => row.Sum() == 1);
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Codes_learned_on_numbers_are_found_in_text_and_other_spellings_are_not()
    {
        FeaturizerFit fit = new OrdinalCodes().Fit([new NumberColumn("c", [7, 7, 7, 7, 2.5f, 2.5f, 2.5f, -0f, 0f])], new FeaturizerContext());

        CollectionAssert.AreEqual(new[] { 0, 1, 2, float.NaN }, Cases.Dense(fit.Transform!, [Text("7", "2.5", "0", "007")]));
        CollectionAssert.AreEqual(new[] { 0, 2, float.NaN }, Cases.Dense(fit.Transform!, [new NumberColumn("c", [7, -0f, 8])]));
    }

    [TestMethod]
    public void Trees_get_codes_for_few_categories_and_averages_for_many()
    {
        Assert.IsInstanceOfType<OrdinalCodesTransform>(StepFor(300, Needs.None));
        Assert.IsInstanceOfType<LevelValuesTransform>(StepFor(3000, Needs.None));
        Assert.IsInstanceOfType<OneHotTransform>(StepFor(300, FeaturePlanTests.Linear));
        Assert.IsInstanceOfType<LevelValuesTransform>(StepFor(300, FeaturePlanTests.Linear | Needs.Dense));
    }

    [TestMethod]
    public void A_hundred_thousand_categories_take_less_than_ten_seconds()
    {
        const int Count = 500_000;
        Random random = new(5);
        CategoryColumn column = new("id", [.. Enumerable.Range(0, Count).Select(_ => random.Next(100_000))], [.. Enumerable.Range(0, 100_000).Select(i => $"customer {i}")]);
        Table table = new([column]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["id"] = ColumnRole.Category } };
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();

        foreach (Needs needs in new[] { Needs.None, FeaturePlanTests.Linear })
            FeaturePlan.For(table, roles, needs).Fit(table, new FeaturizerContext { Target = Tiny.Label(MLTask.Binary, Count), Threads = 2 });

        Assert.IsLessThan(10, clock.Elapsed.TotalSeconds);
    }

    private static ITransform StepFor(int levels, Needs needs)
    {
        CategoryColumn column = new("c", [.. Enumerable.Range(0, levels * 8).Select(i => i % levels)], [.. Enumerable.Range(0, levels).Select(i => $"v{i}")]);
        Table table = new([column]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["c"] = ColumnRole.Category } };
        return FeaturePlan.For(table, roles, needs).Fit(table, new FeaturizerContext { Target = Tiny.Label(MLTask.Binary, table.RowCount) }).Features.Steps.Single().Transform;
    }

    private static TextColumn Text(params string[] cells) => new("c", [.. cells.Select(c => c.AsMemory())]);

    private static Target Binary(params float[] values) => new("y", MLTask.Binary, values, ["no", "yes"]);

    private static float[] Every(float[] values, int width) => [.. values.Where((_, i) => i % width == 0)];

    private static double Correlation(float[] a, float[] b)
    {
        double ma = a.Average(), mb = b.Average(), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - ma) * (b[i] - mb);
            aa += (a[i] - ma) * (a[i] - ma);
            bb += (b[i] - mb) * (b[i] - mb);
        }
        return ab / Math.Sqrt(aa * bb);
    }
}
