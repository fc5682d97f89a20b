using MLPipes.Pipelines;

namespace MLPipes.Tests.RoleTests;

[TestClass]
public sealed class TaskAndLeakTests
{
    private const int Rows = 600;
    private static readonly float[] noise = Noise(1), other = Noise(2);

    private static float[] Noise(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows).Select(_ => (float)random.NextDouble())];
    }

    private static Column Numbers(string name, Func<int, float> value, int rows = Rows) => new NumberColumn(name, [.. Enumerable.Range(0, rows).Select(value)]);

    private static Column Classes(string name, Func<int, int> code, params string[] classes) => new CategoryColumn(name, [.. Enumerable.Range(0, Rows).Select(code)], classes);

    private static TableProfile ProfileOf(params Column[] columns) => TableProfile.Of(new Table(columns), "y");

    private static IEnumerable<ProfileWarning> Leaks(TableProfile profile) => profile.Warnings.Where(w => w.Kind == ProfileWarningKind.Leak);

    [TestMethod]
    public void The_label_says_the_task()
    {
        Column x = Numbers("x", i => noise[i]);
        Assert.AreEqual(MLTask.Binary, ProfileOf(x, Classes("y", i => i % 2, "no", "yes")).Task);
        Assert.AreEqual(MLTask.Multiclass, ProfileOf(x, Classes("y", i => i % 3, "a", "b", "c")).Task);
        Assert.AreEqual(MLTask.Binary, ProfileOf(x, Numbers("y", i => i % 2)).Task);
        Assert.AreEqual(MLTask.Binary, ProfileOf(x, new BooleanColumn("y", [.. Enumerable.Range(0, Rows).Select(i => (byte)(i % 2))])).Task);
        Assert.AreEqual(MLTask.Multiclass, ProfileOf(x, Numbers("y", i => i % 7)).Task);
        Assert.AreEqual(MLTask.Regression, ProfileOf(x, Numbers("y", i => i % 50)).Task);
        Assert.AreEqual(MLTask.Regression, ProfileOf(x, Numbers("y", i => i % 5 * 0.5f)).Task);
    }

    [TestMethod]
    public void Whole_number_classes_are_a_doubt_that_is_told() =>
        StringAssert.Contains(ProfileOf(Numbers("x", i => noise[i]), Numbers("y", i => i % 7)).Warnings.Single(w => w.Kind == ProfileWarningKind.Task).Message, "choose the regression task");

    [TestMethod]
    public void A_task_asked_for_is_kept()
    {
        Table table = new([Numbers("x", i => noise[i]), Numbers("y", i => i % 7)]);

        TableProfile profile = TableProfile.Of(table, new RoleOptions { Label = "y", Task = MLTask.Regression });

        Assert.AreEqual(MLTask.Regression, profile.Task);
        Assert.AreEqual(MLTask.Regression, profile.TrainingTask());
        Assert.IsFalse(profile.Warnings.Any(w => w.Kind == ProfileWarningKind.Task));
    }

    [TestMethod]
    public void Labels_that_cannot_be_learned_are_refused_in_training_and_warned_of_in_a_profile()
    {
        Column x = Numbers("x", i => noise[i]);
        foreach ((Column label, string says) in new[]
        {
            (Classes("y", _ => 0, "yes"), "the same label 'yes' in 600 rows"),
            (Numbers("y", _ => 4), "the same label '4'"),
            (Numbers("y", _ => float.NaN), "no value in any row"),
            (new DateColumn("y", [.. Enumerable.Range(0, Rows).Select(i => i * TimeSpan.TicksPerDay)]), "classes or numbers"),
            (new CategoryColumn("y", [.. Enumerable.Range(0, Rows)], [.. Enumerable.Range(0, Rows).Select(i => $"n{i:000}")]), "names rows"),
        })
        {
            TableProfile profile = ProfileOf(x, label);

            StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => profile.TrainingTask()).Message, says);
        }
    }

    [TestMethod]
    public void A_task_that_does_not_fit_the_label_is_refused()
    {
        Table words = new([Numbers("x", i => noise[i]), Classes("y", i => i % 3, "a", "b", "c")]);

        Assert.ThrowsExactly<TableException>(() => TableProfile.Of(words, new RoleOptions { Label = "y", Task = MLTask.Regression }).TrainingTask());
        Assert.ThrowsExactly<TableException>(() => TableProfile.Of(words, new RoleOptions { Label = "y", Task = MLTask.Binary }).TrainingTask());
        Assert.ThrowsExactly<TableException>(() => TableProfile.Of(words).TrainingTask());
    }

    [TestMethod]
    public void A_table_without_features_is_refused() =>
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => ProfileOf(Numbers("id", i => i), Numbers("y", i => i % 2)).TrainingTask()).Message, "no column is left");

    [TestMethod]
    public void Rows_without_a_label_and_rare_classes_are_counted()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Classes("y", i => i < 12 ? -1 : i < 15 ? 2 : i % 2, "a", "b", "rare"));

        StringAssert.Contains(profile.Warnings.Single(w => w.Kind == ProfileWarningKind.MissingLabel).Message, "12 of 600 rows");
        StringAssert.Contains(profile.Warnings.Single(w => w.Kind == ProfileWarningKind.RareClass).Message, "'rare' (3)");
    }

    [TestMethod]
    public void Two_columns_that_add_up_to_the_label_are_set_aside()
    {
        TableProfile profile = ProfileOf(Numbers("temp", i => noise[i]), Numbers("casual", i => MathF.Floor(other[i] * 50)), Numbers("registered", i => i % 97),
            Numbers("y", i => MathF.Floor(other[i] * 50) + (i % 97)));

        CollectionAssert.AreEqual(new[] { "casual", "registered" }, Leaks(profile).First().Columns.ToArray());
        StringAssert.Contains(Leaks(profile).First().Message, "'casual' + 'registered' = 'y' in every row");
        CollectionAssert.AreEqual(new[] { "temp" }, profile.Roles.Features.ToArray());
    }

    [TestMethod]
    public void Two_columns_whose_difference_is_the_label_are_set_aside()
    {
        TableProfile profile = ProfileOf(Numbers("temp", i => noise[i]), Numbers("cost", i => MathF.Floor(other[i] * 50)), Numbers("price", i => i % 97),
            Numbers("y", i => (i % 97) - MathF.Floor(other[i] * 50)));

        StringAssert.Contains(Leaks(profile).First().Message, "'price' − 'cost' = 'y'");
        Assert.AreEqual(ColumnRole.Ignore, profile.Roles.Of("price"));
    }

    [TestMethod]
    public void A_sum_that_the_user_asked_for_stays_in()
    {
        Table table = new([Numbers("temp", i => noise[i]), Numbers("a", i => other[i]), Numbers("b", i => i % 97), Numbers("y", i => other[i] + (i % 97))]);

        TableProfile profile = TableProfile.Of(table, new RoleOptions { Label = "y", Roles = new Dictionary<string, ColumnRole> { ["a"] = ColumnRole.Number } });

        StringAssert.Contains(Leaks(profile).First().Message, "left in as asked");
        Assert.HasCount(3, profile.Roles.Features.ToArray());
    }

    [TestMethod]
    public void A_copy_of_a_class_label_is_a_leak()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Classes("copy", i => i % 3 == 0 ? 1 : 0, "A", "B"), Classes("y", i => i % 3 == 0 ? 1 : 0, "no", "yes"));

        Assert.AreEqual("copy", Leaks(profile).Single().Columns[0]);
        Assert.AreEqual(ColumnRole.Category, profile.Roles.Of("copy"));
    }

    [TestMethod]
    public void A_number_that_separates_the_classes_is_a_leak()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Numbers("z", i => other[i]), Classes("y", i => other[i] > 0.7f ? 1 : 0, "no", "yes"));

        Assert.AreEqual("z", Leaks(profile).Single().Columns[0]);
    }

    [TestMethod]
    public void A_curve_of_a_regression_label_is_a_leak()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Numbers("z", i => MathF.Exp(other[i] * 2)), Numbers("y", i => other[i] + (0.01f * noise[i])));

        StringAssert.Contains(Leaks(profile).Single().Message, "'z' alone explains");
    }

    [TestMethod]
    public void Missing_cells_that_tell_the_label_are_a_leak()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Numbers("z", i => i % 4 == 0 ? float.NaN : other[i]), Classes("y", i => i % 4 == 0 ? 1 : 0, "no", "yes"));

        Assert.AreEqual("z", Leaks(profile).Single().Columns[0]);
    }

    [TestMethod]
    public void Strong_but_honest_features_are_no_leak()
    {
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Numbers("z", i => other[i] + (0.1f * noise[i])), Classes("y", i => other[i] > 0.5f ? 1 : 0, "no", "yes"));

        Assert.IsEmpty(Leaks(profile).ToArray());
    }

    [TestMethod]
    public void A_rare_class_that_is_never_guessed_is_no_leak()
    {
        // Guessing the common class is right in 99.7 % of the rows here.
        TableProfile profile = ProfileOf(Numbers("x", i => noise[i]), Classes("y", i => i is 5 or 500 ? 1 : 0, "no", "yes"));

        Assert.IsEmpty(Leaks(profile).ToArray());
    }

    [TestMethod]
    public void Few_rows_prove_no_leak() =>
        Assert.IsEmpty(Leaks(ProfileOf(Numbers("x", i => i % 2, 40), new CategoryColumn("y", [.. Enumerable.Range(0, 40).Select(i => i % 2)], ["no", "yes"]))).ToArray());
}
