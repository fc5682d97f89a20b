using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Tests.SplitTests;

[TestClass]
public sealed class SplitsTests
{
    private static Target Classes(params int[] y) => new("y", y.Length == 0 || y.Max() < 2 ? MLTask.Binary : MLTask.Multiclass,
        [.. y.Select(v => (float)v)], [.. Enumerable.Range(0, y.Length == 0 ? 2 : Math.Max(2, y.Max() + 1)).Select(c => c.ToString())]);

    private static Target Numbers(IEnumerable<int> y) => new("y", MLTask.Regression, [.. y.Select(v => (float)v)], []);

    [TestMethod]
    public void Folds_test_every_row_once_and_are_even_to_one_row() => Prop.ForAll(Labels(2, 200), y =>
    {
        Target target = Classes(y);
        int folds = Math.Min(5, y.Length);

        IReadOnlyList<Split> splits = Splits.KFold(target, folds, seed: 3);

        int[] sizes = [.. splits.Select(s => s.Test.Length)];
        return splits.Count == folds && CoversOnce(splits, y.Length) && sizes.Max() - sizes.Min() <= 1
            && Enumerable.Range(0, target.Classes.Count).All(c => Spread(splits, row => y[row] == c) <= 1);
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Regression_folds_spread_low_and_high_labels()
    {
        Target target = Numbers(Enumerable.Range(0, 1000));

        IReadOnlyList<Split> splits = Splits.KFold(target, 5, seed: 1);

        Assert.IsTrue(CoversOnce(splits, 1000));
        for (int tenth = 0; tenth < 10; tenth++) Assert.AreEqual(0, Spread(splits, row => row / 100 == tenth));
    }

    [TestMethod]
    public void Hold_out_keeps_the_share_and_a_row_of_every_class_in_train() => Prop.ForAll(Labels(4, 300), y =>
    {
        if (y.Distinct().Count() == y.Length) return true;

        Split split = Splits.HoldOut(Classes(y), 0.2, seed: 5);

        return split.Train.Concat(split.Test).Order().SequenceEqual(Enumerable.Range(0, y.Length))
            && y.Distinct().All(c => split.Train.Any(row => y[row] == c))
            && Math.Abs(split.Test.Length - (0.2 * y.Length)) <= Math.Max(1, y.Distinct().Count());
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Hold_out_is_stratified()
    {
        int[] y = [.. Enumerable.Range(0, 1000).Select(i => i % 20 == 0 ? 1 : 0)];

        Split split = Splits.HoldOut(Classes(y), 0.2, seed: 1);

        Assert.HasCount(200, split.Test);
        Assert.AreEqual(10, split.Test.Count(row => y[row] == 1));
    }

    [TestMethod]
    public void A_class_with_one_row_is_never_held_out()
    {
        int[] y = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 20), 2];

        for (int seed = 0; seed < 50; seed++) CollectionAssert.Contains(Splits.HoldOut(Classes(y), 0.5, seed).Train, 40);
    }

    [TestMethod]
    public void Same_seed_same_split_and_another_seed_another()
    {
        Target target = Classes([.. Enumerable.Range(0, 200).Select(i => i % 3)]);

        CollectionAssert.AreEqual(Splits.HoldOut(target, 0.2, 7).Test, Splits.HoldOut(target, 0.2, 7).Test);
        CollectionAssert.AreNotEqual(Splits.HoldOut(target, 0.2, 7).Test, Splits.HoldOut(target, 0.2, 8).Test);
    }

    [TestMethod]
    public void Repeats_differ_and_begin_with_the_plain_folds()
    {
        Target target = Classes([.. Enumerable.Range(0, 90).Select(i => i % 2)]);

        IReadOnlyList<Split> repeated = Splits.RepeatedKFold(target, 3, 2, seed: 4), plain = Splits.KFold(target, 3, seed: 4);

        Assert.HasCount(6, repeated);
        CollectionAssert.AreEqual(plain[0].Test, repeated[0].Test);
        CollectionAssert.AreNotEqual(repeated[0].Test, repeated[3].Test);
        Assert.IsTrue(CoversOnce([.. repeated.Skip(3)], 90));
    }

    [TestMethod]
    public void Groups_never_straddle() => Prop.ForAll(Labels(10, 200), y =>
    {
        Column group = new NumberColumn("g", [.. y.Select((v, i) => (float)(i % 7))]);
        int groups = Math.Min(7, y.Length);

        IReadOnlyList<Split> splits = Splits.ByGroup(Classes(y), group, Math.Min(4, groups), seed: 2);
        Split holdOut = Splits.HoldOutGroups(Classes(y), group, 0.25, seed: 2);

        return CoversOnce(splits, y.Length) && splits.Append(holdOut).All(s =>
            s.Test.Length > 0 && s.Train.Length > 0 && !s.Train.Select(r => r % 7).Intersect(s.Test.Select(r => r % 7)).Any());
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Group_folds_are_balanced_by_class()
    {
        int[] y = [.. Enumerable.Range(0, 400).Select(i => i / 10 % 2)];
        Column group = new CategoryColumn("g", [.. Enumerable.Range(0, 400).Select(i => i / 10)], [.. Enumerable.Range(0, 40).Select(i => $"g{i:00}")]);

        IReadOnlyList<Split> splits = Splits.ByGroup(Classes(y), group, 4, seed: 1);

        foreach (Split split in splits) Assert.AreEqual(50, split.Test.Count(row => y[row] == 1));
    }

    [TestMethod]
    public void Rows_without_a_group_are_groups_of_their_own()
    {
        Column group = new CategoryColumn("g", [0, -1, -1, 0], ["a"]);

        IReadOnlyList<Split> splits = Splits.ByGroup(Classes(0, 1, 0, 1), group, 3, seed: 1);

        Assert.IsTrue(CoversOnce(splits, 4));
        Assert.IsTrue(splits.Any(s => s.Test.SequenceEqual([0, 3])));
    }

    [TestMethod]
    public void Times_are_tested_by_what_came_before() => Prop.ForAll(Labels(30, 200), order =>
    {
        long[] ticks = [.. order.Select((v, i) => (i * 7919L % 97) * TimeSpan.TicksPerDay)];
        Column time = new DateColumn("t", ticks);

        IReadOnlyList<Split> splits = Splits.ByTime(time, 4);
        Split last = Splits.HoldOutLatest(time, 0.2);

        return splits.Append(last).All(s => s.Test.Length > 0 && s.Train.Max(r => ticks[r]) < s.Test.Min(r => ticks[r]))
            && splits.SelectMany(s => s.Test).Distinct().Count() == splits.Sum(s => s.Test.Length)
            && last.Train.Length + last.Test.Length == ticks.Length;
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Rows_without_a_time_are_trained_on()
    {
        Column time = new NumberColumn("t", [3, float.NaN, 1, 2, 4]);

        Split split = Splits.HoldOutLatest(time, 0.25);

        CollectionAssert.AreEqual(new[] { 4 }, split.Test);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, split.Train);
    }

    [TestMethod]
    public void A_column_of_words_gives_one_split()
    {
        Column fold = new CategoryColumn("part", [0, 1, 0, -1], ["Test", "Train"]);

        IReadOnlyList<Split> splits = Splits.ByColumn(fold);

        Assert.HasCount(1, splits);
        CollectionAssert.AreEqual(new[] { 0, 2 }, splits[0].Test);
        CollectionAssert.AreEqual(new[] { 1, 3 }, splits[0].Train);
    }

    [TestMethod]
    public void A_column_of_numbers_gives_a_split_per_value()
    {
        IReadOnlyList<Split> splits = Splits.ByColumn(new NumberColumn("fold", [0, 1, 2, 0, 1, 2]));

        Assert.HasCount(3, splits);
        Assert.IsTrue(CoversOnce(splits, 6));
        CollectionAssert.AreEqual(new[] { 0, 3 }, splits[0].Test);
    }

    [TestMethod]
    public void What_cannot_be_split_is_refused_with_a_reason()
    {
        Assert.ThrowsExactly<TableException>(() => Splits.HoldOut(Classes(0), 0.2, 1));
        Assert.ThrowsExactly<TableException>(() => Splits.HoldOut(Classes(0, 1, 2, 3), 0.2, 1));
        Assert.ThrowsExactly<TableException>(() => Splits.KFold(Classes(0, 1, 0), 4, 1));
        Assert.ThrowsExactly<OptionsException>(() => Splits.KFold(Classes(0, 1, 0), 1, 1));
        Assert.ThrowsExactly<TableException>(() => Splits.ByGroup(Classes(0, 1), new NumberColumn("g", [1, 1]), 2, 1));
        Assert.ThrowsExactly<TableException>(() => Splits.HoldOutGroups(Classes(0, 1), new NumberColumn("g", [1, 1]), 0.2, 1));
        Assert.ThrowsExactly<TableException>(() => Splits.HoldOutLatest(new NumberColumn("t", [1, 1]), 0.2));
        Assert.ThrowsExactly<TableException>(() => Splits.HoldOutLatest(new NumberColumn("t", [float.NaN, float.NaN]), 0.2));
        Assert.ThrowsExactly<TableException>(() => Splits.ByTime(new CategoryColumn("t", [0, 1], ["a", "b"]), 2));
        Assert.ThrowsExactly<TableException>(() => Splits.ByColumn(new NumberColumn("f", [1, 1])));
        Assert.ThrowsExactly<TableException>(() => Splits.ByColumn(new NumberColumn("f", [.. Enumerable.Range(0, 500).Select(i => (float)i)])));
    }

    [TestMethod]
    public void Roles_choose_the_kind_of_split()
    {
        Table table = new([new NumberColumn("y", [0, 1, 0, 1, 0, 1]), new NumberColumn("g", [1, 1, 2, 2, 3, 3]), new NumberColumn("t", [1, 2, 3, 4, 5, 6])]);
        Target target = Classes(0, 1, 0, 1, 0, 1);
        Roles plain = new() { ByColumn = new Dictionary<string, ColumnRole> { ["y"] = ColumnRole.Label } };

        Assert.HasCount(1, Splits.Of(table, plain, target, new SplitOptions()));
        Assert.HasCount(4, Splits.Of(table, plain, target, new SplitOptions { Folds = 2, Repeats = 2 }));
        Assert.HasCount(3, Splits.Of(table, plain.Set("g", ColumnRole.Group), target, new SplitOptions { Folds = 3 }));
        Assert.HasCount(3, Splits.Of(table, plain.Set("g", ColumnRole.Fold), target, new SplitOptions()));
        CollectionAssert.AreEqual(new[] { 5 }, Splits.Of(table, plain, target, new SplitOptions { TimeColumn = "t" })[0].Test);
    }

    [TestMethod]
    public void All_wrong_options_are_named_at_once()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => Splits.Of(
            new Table([]), new Roles { ByColumn = new Dictionary<string, ColumnRole>() }, Classes(), new SplitOptions { Folds = 1, TestShare = 2, Seed = -1 }));

        Assert.HasCount(3, error.Problems);
    }

    private static bool CoversOnce(IReadOnlyList<Split> splits, int rows) =>
        splits.SelectMany(s => s.Test).Order().SequenceEqual(Enumerable.Range(0, rows))
        && splits.All(s => s.Train.Concat(s.Test).Order().SequenceEqual(Enumerable.Range(0, rows)));

    private static int Spread(IReadOnlyList<Split> splits, Func<int, bool> counts)
    {
        int[] sizes = [.. splits.Select(s => s.Test.Count(counts))];
        return sizes.Max() - sizes.Min();
    }

    private static Arbitrary<int[]> Labels(int least, int most) => Gen.Choose(least, most).SelectMany(n => Gen.Choose(0, 2).ArrayOf(n)).ToArbitrary();
}
