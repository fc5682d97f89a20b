using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class NumberPairsTests
{
    private const int Count = 4000;

    [TestMethod]
    public void Finds_the_ratio_that_the_label_depends_on()
    {
        Column[] columns = Columns();
        Target target = Label((a, b, _) => a / b > 1 ? 1 : 0, columns);

        FeaturizerFit fit = new NumberPairs { MaxPairs = 2 }.Fit(columns, new FeaturizerContext { Target = target, Seed = 1 });

        // a / b, b / a and a − b all tell it; none involves c.
        Assert.IsTrue(fit.Transform!.Features.All(f => f.Name.Contains('a') && f.Name.Contains('b')), string.Join(", ", fit.Transform.Features));
    }

    [TestMethod]
    public void Finds_a_product_with_a_sign()
    {
        Column[] columns = Columns();
        Target target = Label((a, _, c) => (a - 1.5) * c > 0 ? 1 : 0, [new NumberColumn("a", [.. Values(columns[0]).Select(v => v - 1.5f)]), columns[1], columns[2]], shift: 1.5);

        FeaturizerFit fit = new NumberPairs { MaxPairs = 1 }.Fit([new NumberColumn("a", [.. Values(columns[0]).Select(v => v - 1.5f)]), columns[1], columns[2]],
            new FeaturizerContext { Target = target, Seed = 1 });

        StringAssert.Contains(fit.Transform!.Features[0].Name, "a");
        StringAssert.Contains(fit.Transform.Features[0].Name, "c");
    }

    [TestMethod]
    public void Declines_where_the_parents_say_it_all_or_nothing_is_to_be_said()
    {
        Column[] columns = Columns();
        Random random = new(9);

        FeaturizerFit parent = new NumberPairs().Fit(columns, new FeaturizerContext { Target = Label((a, _, _) => a > 1.5 ? 1 : 0, columns) });
        FeaturizerFit chance = new NumberPairs().Fit(columns, new FeaturizerContext { Target = Label((_, _, _) => random.Next(2), columns) });

        Assert.AreEqual("no pair says more than its parents", parent.Reason);
        Assert.AreEqual("no pair says more than its parents", chance.Reason);
    }

    [TestMethod]
    public void Comes_into_a_plan_on_request_only()
    {
        Column[] columns = Columns();
        Table table = new(columns);
        Roles roles = new() { ByColumn = columns.ToDictionary(c => c.Name, _ => ColumnRole.Number) };
        FeaturizerContext context = new() { Target = Label((a, b, _) => a / b > 1 ? 1 : 0, columns) };

        FeatureMatrix plain = FeaturePlan.For(table, roles, Needs.None).Fit(table, context).Matrix;
        FeatureMatrix asked = FeaturePlan.For(table, roles, Needs.None, ["number-pairs"]).Fit(table, context).Matrix;

        Assert.AreEqual(3, plain.Width);
        Assert.IsGreaterThan(3, asked.Width);
    }

    private static Column[] Columns()
    {
        Random random = new(8);
        float[] Draw(double low) => [.. Enumerable.Range(0, Count).Select(_ => (float)(low + random.NextDouble()))];
        return [new NumberColumn("a", Draw(1)), new NumberColumn("b", Draw(1)), new NumberColumn("c", Draw(-0.5))];
    }

    private static float[] Values(Column column) => ((NumberColumn)column).Values.ToArray();

    private static Target Label(Func<double, double, double, double> of, Column[] columns, double shift = 0) => new("y", MLTask.Binary,
        [.. Enumerable.Range(0, Count).Select(i => (float)of(NumberCells.At(columns[0], i) + shift, NumberCells.At(columns[1], i), NumberCells.At(columns[2], i)))], ["no", "yes"]);
}
