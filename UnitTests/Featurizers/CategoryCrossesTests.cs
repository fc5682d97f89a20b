using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class CategoryCrossesTests
{
    private const int Count = 3000;

    [TestMethod]
    public void Finds_the_pair_that_the_label_depends_on()
    {
        Column[] columns = Columns();
        Target target = Label(columns, (a, b, _) => (a + b) % 2);

        FeaturizerFit fit = new CategoryCrosses { MaxPairs = 1 }.Fit(columns, new FeaturizerContext { Target = target, Seed = 1 });

        Assert.AreEqual("a × b", string.Join(", ", fit.Transform!.Features.Select(f => f.Name)));
    }

    [TestMethod]
    public void Declines_where_the_columns_say_it_all_or_nothing_is_to_be_said()
    {
        Column[] columns = Columns();
        Random random = new(9);

        FeaturizerFit additive = new CategoryCrosses().Fit(columns, new FeaturizerContext { Target = Regression(columns, (a, b, _) => a + (2 * b)) });
        FeaturizerFit chance = new CategoryCrosses().Fit(columns, new FeaturizerContext { Target = Label(columns, (_, _, _) => random.Next(2)) });

        Assert.AreEqual("no pair says more than its two columns", additive.Reason);
        Assert.AreEqual("no pair says more than its two columns", chance.Reason);
    }

    [TestMethod]
    public void No_row_sees_its_own_label()
    {
        Column[] columns = Columns();
        float[] labels = [.. Enumerable.Range(0, Count).Select(i => (float)((Code(columns[0], i) + Code(columns[1], i)) % 2))];
        float[] turned = [.. labels];
        turned[17] = 1 - turned[17];

        float[] one = Training(columns, labels), two = Training(columns, turned);

        // Its label moves others of its pair, and itself only by the overall average that all start from.
        Assert.AreEqual(one[17], two[17], 1e-4f);
    }

    [TestMethod]
    public void A_pair_not_seen_has_what_its_categories_say_one_by_one()
    {
        Column[] columns = Columns();
        Target target = Regression(columns, (a, b, _) => (5 * a) + ((a + b) % 2));
        ITransform transform = new CategoryCrosses { MaxPairs = 1 }.Fit(columns, new FeaturizerContext { Target = target, Seed = 1 }).Transform!;
        Column[] odd = [new CategoryColumn("a", [0, 2], ["v0", "v1", "v2"]), new CategoryColumn("b", [0, 0], ["never"]), columns[2].Take([0, 0])];

        float[] values = Cases.Dense(transform, odd);

        Assert.AreEqual(10, values[1] - values[0], 1);
    }

    [TestMethod]
    public void Comes_into_a_plan_on_request_only()
    {
        Column[] columns = Columns();
        Table table = new(columns);
        Roles roles = new() { ByColumn = columns.ToDictionary(c => c.Name, _ => ColumnRole.Category) };
        FeaturizerContext context = new() { Target = Label(columns, (a, b, _) => (a + b) % 2) };

        FeatureMatrix plain = FeaturePlan.For(table, roles, Needs.None).Fit(table, context).Matrix;
        FeatureMatrix asked = FeaturePlan.For(table, roles, Needs.None, ["category-crosses"]).Fit(table, context).Matrix;

        Assert.AreEqual(3, plain.Width);
        Assert.AreEqual(4, asked.Width);
    }

    private static float[] Training(Column[] columns, float[] labels) =>
        new CategoryCrosses { MaxPairs = 1 }.Fit(columns, new FeaturizerContext { Target = new Target("y", MLTask.Binary, labels, ["no", "yes"]), Seed = 1 }).TrainingValues!;

    private static Column[] Columns()
    {
        Random random = new(8);
        CategoryColumn Draw(string name, int levels) => new(name, [.. Enumerable.Range(0, Count).Select(_ => random.Next(levels))], [.. Enumerable.Range(0, levels).Select(i => $"v{i}")]);
        return [Draw("a", 3), Draw("b", 4), Draw("c", 5)];
    }

    private static int Code(Column column, int row) => ((CategoryColumn)column).Codes[row];

    private static Target Label(Column[] columns, Func<int, int, int, int> of) => new("y", MLTask.Binary,
        [.. Enumerable.Range(0, Count).Select(i => (float)of(Code(columns[0], i), Code(columns[1], i), Code(columns[2], i)))], ["no", "yes"]);

    private static Target Regression(Column[] columns, Func<int, int, int, double> of) => new("y", MLTask.Regression,
        [.. Enumerable.Range(0, Count).Select(i => (float)of(Code(columns[0], i), Code(columns[1], i), Code(columns[2], i)))], []);
}
