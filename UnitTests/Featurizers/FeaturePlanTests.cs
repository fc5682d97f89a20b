using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class FeaturePlanTests
{
    public const Needs Linear = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled;

    public static IEnumerable<Needs> EveryNeeds => Enumerable.Range(0, 16).Select(i => (Needs)i);

    [TestMethod, DynamicData(nameof(EveryNeeds))]
    public void Meets_every_combination_of_needs(Needs needs)
    {
        FeaturizedTraining fit = Fit(Tiny.Mixed(), needs, MLTask.Binary);

        FeatureMatrix matrix = fit.Matrix;
        if (needs.HasFlag(Needs.NoMissing)) Assert.IsFalse(matrix.Values.ToArray().Any(float.IsNaN));
        if (needs.HasFlag(Needs.NumericOnly)) Assert.IsFalse(matrix.Features.Any(f => f.Categories > 0));
        if (needs.HasFlag(Needs.Scaled)) Assert.IsTrue(matrix.Values.ToArray().All(v => float.IsNaN(v) || Math.Abs(v) <= 20));
        if (needs.HasFlag(Needs.Dense)) Assert.IsFalse(matrix.IsSparse);
        Assert.IsFalse(matrix.Values.ToArray().Any(float.IsInfinity));
        string[] used = [.. fit.Features.Inputs];
        CollectionAssert.AreEquivalent(Tiny.MixedRoles.Features.ToArray(), used);
        Assert.HasCount(matrix.Width, matrix.Features.Select(f => f.Name).Distinct());
    }

    [TestMethod, DynamicData(nameof(EveryNeeds))]
    public void Threads_change_nothing(Needs needs)
    {
        Table table = Tiny.Mixed(5000);
        FeaturePlan plan = FeaturePlan.For(table, Tiny.MixedRoles, needs);
        FeaturizerContext context = new() { Target = Tiny.Label(MLTask.Multiclass, 5000), Seed = 4, Threads = 1 };

        FeaturizedTraining one = plan.Fit(table, context), four = plan.Fit(table, context with { Threads = 4 });

        SameMatrix(one.Matrix, four.Matrix);
        SameMatrix(one.Features.Transform(table, 1), four.Features.Transform(table, 4));
        Assert.IsTrue(Saved.Bytes(one.Features).AsSpan().SequenceEqual(Saved.Bytes(four.Features)));
    }

    [TestMethod, DynamicData(nameof(EveryNeeds))]
    public void Single_rows_equal_batches_after_loading(Needs needs)
    {
        Table table = Tiny.Mixed();
        FittedFeatures fitted = Saved.Again(Fit(table, needs, MLTask.Regression).Features);
        FeatureMatrix matrix = fitted.Transform(table);
        RowBuffer buffer = Rows.BufferFor(table);
        BoundFeatures bound = fitted.Bind(buffer);
        float[] row = new float[bound.Width];

        for (int i = 0; i < table.RowCount; i++)
        {
            Rows.Load(buffer, table, i);
            bound.Write(row);
            Assert.IsTrue(Rows.Dense(matrix.Row(i)).AsSpan().SequenceEqual(row), $"row {i}");
        }
    }

    [TestMethod, DynamicData(nameof(EveryNeeds))]
    public void A_single_row_allocates_nothing(Needs needs)
    {
        Table table = Tiny.Mixed();
        FittedFeatures fitted = Fit(table, needs, MLTask.Binary).Features;
        RowBuffer buffer = Rows.BufferFor(table);
        BoundFeatures bound = fitted.Bind(buffer);
        float[] row = new float[bound.Width];
        Rows.Load(buffer, table, 3);
        for (int i = 0; i < 200; i++) bound.Write(row);

        Assert.AreEqual(0, Allocated.By(() =>
        {
            for (int i = 0; i < 100; i++) bound.Write(row);
        }));
    }

    [TestMethod]
    public void Plans_with_equal_choices_share_a_key_and_others_do_not()
    {
        Table table = Tiny.Mixed();

        string trees = FeaturePlan.For(table, Tiny.MixedRoles, Needs.None).Key;
        string again = FeaturePlan.For(table, Tiny.MixedRoles, Needs.None).Key;
        string linear = FeaturePlan.For(table, Tiny.MixedRoles, Linear).Key;
        FeaturePlan changed = new() { Needs = Needs.None, Items = [new(["city"], [new("one-hot", new OneHot { MinRows = 7 })])] };
        FeaturePlan other = changed with { Items = [new(["city"], [new("one-hot", new OneHot { MinRows = 8 })])] };

        Assert.AreEqual(trees, again);
        Assert.AreNotEqual(trees, linear);
        Assert.AreNotEqual(changed.Key, other.Key);
    }

    [TestMethod]
    public void Refuses_an_option_out_of_bounds()
    {
        FeaturePlan plan = new() { Needs = Needs.None, Items = [new(["city"], [new("one-hot", new OneHot { MinRows = 0 })])] };

        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => plan.Fit(Tiny.Mixed(), new FeaturizerContext()));

        StringAssert.Contains(error.Message, "MinRows");
    }

    [TestMethod]
    public void Refuses_a_requested_key_that_is_no_featurizer()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => FeaturePlan.For(Tiny.Mixed(), Tiny.MixedRoles, Needs.None, ["no-such"]));

        StringAssert.Contains(error.Message, "no-such");
    }

    [TestMethod]
    public void Says_why_no_column_can_be_learned_from()
    {
        Table table = new([new NumberColumn("one", [1, 1, 1]), new CategoryColumn("none", [-1, -1, -1], [])]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["one"] = ColumnRole.Number, ["none"] = ColumnRole.Category } };

        TableException error = Assert.ThrowsExactly<TableException>(() => FeaturePlan.For(table, roles, Needs.None).Fit(table, new FeaturizerContext()));

        StringAssert.Contains(error.Message, "'one' is left out");
        StringAssert.Contains(error.Message, "'none' is left out");
    }

    [TestMethod]
    public void Notes_tell_what_is_unusual_and_not_that_text_is_no_truth_value()
    {
        Table table = new([Tiny.Numbers("n", 3000), Tiny.Categories("few", 3000), Tiny.Categories("many", 3000, levels: 2500, missing: 0)]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["n"] = ColumnRole.Number, ["few"] = ColumnRole.Category, ["many"] = ColumnRole.Category } };

        FeaturizedTraining fit = FeaturePlan.For(table, roles, Needs.None).Fit(table, new FeaturizerContext { Target = Tiny.Label(MLTask.Binary, 3000) });

        Assert.HasCount(1, fit.Notes);
        StringAssert.StartsWith(fit.Notes[0], "'many': no ordinal-codes, since ");
    }

    [TestMethod]
    public void A_cancelled_fit_ends_in_cancellation()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Table table = Tiny.Mixed();

        Assert.Throws<OperationCanceledException>(() => FeaturePlan.For(table, Tiny.MixedRoles, Linear).Fit(table, new FeaturizerContext { Cancel = source.Token }));
    }

    [TestMethod]
    public void Names_a_column_that_is_missing_at_prediction()
    {
        Table table = Tiny.Mixed();
        FittedFeatures fitted = Fit(table, Needs.None, MLTask.Binary).Features;

        TableException error = Assert.ThrowsExactly<TableException>(() => fitted.Transform(table.Select(["plain"])));

        StringAssert.Contains(error.Message, "gaps");
    }

    [TestMethod]
    public void Sparse_and_dense_matrices_hold_the_same_numbers()
    {
        Table table = Tiny.Mixed(3000);
        FittedFeatures fitted = Fit(table, Linear, MLTask.Binary).Features;
        Assert.IsTrue(fitted.IsSparse);

        FeatureMatrix sparse = fitted.Transform(table, 2), dense = new FittedFeatures([.. fitted.Steps], isSparse: false).Transform(table, 2);

        for (int row = 0; row < table.RowCount; row++)
            Assert.IsTrue(dense.Row(row).Values.SequenceEqual(Rows.Dense(sparse.Row(row))), $"row {row}");
    }

    [TestMethod]
    public void Rows_of_training_carry_cross_fitted_values_and_later_rows_do_not()
    {
        Table table = new([Tiny.Categories("c", 2000, levels: 1500, missing: 0)]);
        Roles roles = new() { ByColumn = new Dictionary<string, ColumnRole> { ["c"] = ColumnRole.Category } };

        FeaturizedTraining fit = FeaturePlan.For(table, roles, Linear | Needs.Dense).Fit(table, new FeaturizerContext { Target = Tiny.Label(MLTask.Binary, 2000) });

        Assert.IsFalse(fit.Matrix.Values.SequenceEqual(fit.Features.Transform(table).Values));
    }

    [TestMethod]
    public void No_names_of_columns_make_two_plans_look_alike()
    {
        FeaturePlanItem Item(params string[] names) => new(names, [new("one-hot", new OneHot())]);
        string KeyOf(params FeaturePlanItem[] items) => new FeaturePlan { Needs = Needs.None, Items = items }.Key;

        Assert.AreNotEqual(KeyOf(Item("a", "b")), KeyOf(Item("a1:b")));
        Assert.AreNotEqual(KeyOf(Item("a", "b")), KeyOf(Item("ab")));
        Assert.AreNotEqual(KeyOf(Item("a"), Item("b")), KeyOf(Item("a", "b")));
    }

    [TestMethod]
    public void Equal_feature_names_are_told_apart()
    {
        Table table = new([Category("a", "b=c"), Category("a=b", "c")]);
        Roles roles = new() { ByColumn = table.Columns.ToDictionary(c => c.Name, _ => ColumnRole.Category) };

        FeatureMatrix matrix = FeaturePlan.For(table, roles, Linear).Fit(table, new FeaturizerContext()).Matrix;

        CollectionAssert.AllItemsAreUnique(matrix.Features.Select(f => f.Name).ToArray());
        CollectionAssert.Contains(matrix.Features.Select(f => f.Name).ToArray(), "a=b=c#2");
    }

    [TestMethod]
    public void A_row_buffer_that_lacks_a_column_is_refused()
    {
        FittedFeatures fitted = Fit(Tiny.Mixed(), Needs.None, MLTask.Binary).Features;

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => fitted.Bind(new RowBuffer([("plain", ColumnKind.Number, 1)])));

        StringAssert.Contains(error.Message, "gaps");
    }

    [TestMethod]
    public void Number_columns_share_one_step()
    {
        FeaturizedTraining fit = Fit(Tiny.Mixed(), Needs.None, MLTask.Binary);

        Assert.AreEqual(4, fit.Features.Steps.Single(s => s.Transform is PassThroughTransform).Inputs.Count);
    }

    private static CategoryColumn Category(string name, string level) => new(name, [.. Enumerable.Range(0, 40).Select(i => i % 3)], [level, "x", "y"]);

    private static FeaturizedTraining Fit(Table table, Needs needs, MLTask task) =>
        FeaturePlan.For(table, Tiny.MixedRoles, needs).Fit(table, new FeaturizerContext { Target = Tiny.Label(task, table.RowCount), Seed = 4, Threads = 2 });

    private static void SameMatrix(FeatureMatrix expected, FeatureMatrix actual)
    {
        Assert.AreEqual(expected.IsSparse, actual.IsSparse);
        Assert.IsTrue(expected.Values.SequenceEqual(actual.Values));
        Assert.IsTrue(expected.Indices.SequenceEqual(actual.Indices));
        Assert.IsTrue(expected.RowStarts.SequenceEqual(actual.RowStarts));
    }
}
