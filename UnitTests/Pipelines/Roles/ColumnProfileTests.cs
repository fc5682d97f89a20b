using MLPipes.Pipelines;

namespace MLPipes.Tests.RoleTests;

[TestClass]
public sealed class ColumnProfileTests
{
    [TestMethod]
    public void Numbers_are_measured_as_numpy_does()
    {
        // NumPy 2.4: np.quantile([1, 2, 4, 8, 16], [.05, .25, .5, .75, .95]), mean, std.
        ColumnProfile profile = TableProfile.Of(new Table([new NumberColumn("x", [16, 1, float.NaN, 4, 2, 8])]))["x"];

        CollectionAssert.AreEqual(new[] { 1.2, 2, 4, 8, 14.4 }, profile.Quantiles.Select(q => Math.Round(q, 9)).ToArray());
        Assert.AreEqual(6.2, profile.Mean!.Value, 1e-9);
        Assert.AreEqual(5.455272678794342, profile.Deviation!.Value, 1e-9);
        Assert.AreEqual((1.0, 16.0, 1, 5), (profile.Min!.Value, profile.Max!.Value, profile.Missing, profile.Distinct));
        Assert.IsTrue(profile.IsWhole);
    }

    [TestMethod]
    public void Categories_without_rows_are_not_counted()
    {
        ColumnProfile profile = TableProfile.Of(new Table([new CategoryColumn("c", [0, 2, 2, -1], ["a", "never", "b"])]))["c"];

        Assert.AreEqual((2, 1), (profile.Distinct, profile.Missing));
        CollectionAssert.AreEqual(new[] { new ValueCount("b", 2), new ValueCount("a", 1) }, profile.TopValues.ToArray());
    }

    [TestMethod]
    public void Texts_are_counted_in_words_and_different_cells()
    {
        ReadOnlyMemory<char>[] cells = [.. ((string[])["one two", "one two", "three", ""]).Select(s => s.AsMemory())];

        ColumnProfile profile = TableProfile.Of(new Table([new TextColumn("t", cells)]))["t"];

        Assert.AreEqual((2, 1), (profile.Distinct, profile.Missing));
        Assert.AreEqual(5 / 3.0, profile.MeanWords!.Value, 1e-12);
    }

    [TestMethod]
    public void Dates_have_a_first_and_a_last()
    {
        ColumnProfile profile = TableProfile.Of(new Table([new DateColumn("d", [new DateTime(2024, 2, 29).Ticks, DateColumn.Missing, new DateTime(2020, 1, 1).Ticks])]))["d"];

        Assert.AreEqual(new DateTime(2020, 1, 1), profile.First);
        Assert.AreEqual(new DateTime(2024, 2, 29), profile.Last);
        Assert.IsNull(profile.Min);
    }

    [TestMethod]
    public void Above_the_exact_limit_distinct_values_are_estimated_and_said_to_be()
    {
        const int rows = 2_500_000;
        float[] few = new float[rows], all = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            few[i] = i * 7919L % 1000;
            all[i] = i;
        }

        TableProfile profile = TableProfile.Of(new Table([new NumberColumn("few", few), new NumberColumn("all", all)]));

        Assert.IsFalse(profile["few"].DistinctIsExact);
        Assert.AreEqual(1000, profile["few"].Distinct);
        Assert.AreEqual(rows, profile["all"].Distinct);
    }
}
