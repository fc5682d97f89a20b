using MLPipes.Pipelines;

namespace MLPipes.Tests.Features;

/// <summary>A row's features are those of a batch of that row, however the buffer keeps its cells.</summary>
[TestClass]
public sealed class BoundFeaturesTests
{
    private static readonly Table table = new(
    [
        new NumberColumn("a", [1, float.NaN, -0f]), new BooleanColumn("b", [1, 0, BooleanColumn.Missing]), new NumberColumn("c", [4, 5, 6]),
        new VectorColumn("d", [7, 8, 9, 10, float.NaN, 12], 2), new NumberColumn("e", [13, 14, 15]),
    ]);

    [TestMethod]
    [DataRow("a c e")]
    [DataRow("e a")]
    [DataRow("a b c")]
    [DataRow("d e c")]
    [DataRow("c", "b", "e a")]
    [DataRow("a a")]
    public void Pass_through_steps_copy_what_a_batch_has(params string[] steps)
    {
        FittedFeatures features = new([.. steps.Select(s => Step(s.Split(' ')))], isSparse: false);
        RowBuffer buffer = new([.. table.Columns.Select(c => (c.Name, c.Kind, NumberCells.WidthOf(c)))]);
        BoundFeatures bound = features.Bind(buffer);
        float[] row = new float[bound.Width];
        FeatureMatrix batch = features.Transform(table);

        for (int i = 0; i < table.RowCount; i++)
        {
            for (int c = 0; c < table.Columns.Count; c++) Load(buffer, c, i);
            Array.Fill(row, 99);
            bound.Write(row);

            CollectionAssert.AreEqual(batch.Row(i).Values.ToArray(), row);
        }
    }

    [TestMethod]
    [DataRow(3d, 3f)]
    [DataRow(-0d, -0f)]
    [DataRow(double.NaN, float.NaN)]
    [DataRow(double.PositiveInfinity, float.NaN)]
    [DataRow(double.NegativeInfinity, float.NaN)]
    [DataRow(1e300, float.NaN)] // beyond float32
    [DataRow(3.4028234e38, float.MaxValue)]
    [DataRow(1e-45, float.Epsilon)]
    public void Numbers_are_finite_or_missing(double value, float expected)
    {
        RowBuffer buffer = new([("x", ColumnKind.Number, 1), ("y", ColumnKind.Number, 1)]);

        buffer.SetNumber(0, value);
        buffer.SetNumbers(1, (float)value);

        foreach (Column column in buffer.Columns)
            Assert.AreEqual(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(((NumberColumn)column).Values[0]));
    }

    [TestMethod]
    public void Several_numbers_are_set_as_one_by_one_whatever_lies_between()
    {
        RowBuffer buffer = new([("a", ColumnKind.Number, 1), ("b", ColumnKind.Boolean, 1), ("c", ColumnKind.Number, 1), ("d", ColumnKind.Number, 1), ("t", ColumnKind.Text, 1)]);

        buffer.SetNumbers(0, 5, 1, 6, float.NegativeInfinity);

        CollectionAssert.AreEqual(new string?[] { "5", "true", "6", null }, buffer.Columns.Take(4).Select(c => c.TextAt(0)?.ToLowerInvariant()).ToArray());
        buffer.SetNumbers(2, 7, 8);
        Assert.AreEqual("7 8", $"{buffer.Columns[2].TextAt(0)} {buffer.Columns[3].TextAt(0)}");
        buffer.SetNumbers(2);
        Assert.ThrowsExactly<InvalidCastException>(() => buffer.SetNumbers(3, 1, 2));
        Assert.ThrowsExactly<IndexOutOfRangeException>(() => buffer.SetNumbers(3, 1, 2, 3));
        Assert.ThrowsExactly<IndexOutOfRangeException>(() => buffer.SetNumbers(-1, 1));
    }

    [TestMethod]
    public void Renamed_and_taken_columns_of_a_buffer_keep_their_cell()
    {
        RowBuffer buffer = new([("a", ColumnKind.Number, 1), ("b", ColumnKind.Number, 1)]);
        buffer.SetNumbers(0, 1, 2);

        Column renamed = buffer.Columns[1].Rename("z"), taken = buffer.Columns[1].Take([0, 0]);

        Assert.AreEqual("2", renamed.TextAt(0));
        Assert.AreEqual(1, renamed.Count);
        CollectionAssert.AreEqual(new float[] { 2, 2 }, ((NumberColumn)taken).Values.ToArray());
    }

    private static FeatureStep Step(string[] names) => new(names, PassThroughTransform.Of([.. names.Select(n => table[n])]));

    private static void Load(RowBuffer buffer, int column, int row)
    {
        switch (table.Columns[column])
        {
            case NumberColumn number: buffer.SetNumber(column, number.Values[row]); break;
            case BooleanColumn truth: buffer.SetNumber(column, truth.IsMissing(row) ? double.NaN : truth.Values[row]); break;
            case VectorColumn vector: buffer.SetVector(column, vector.Values.Slice(row * 2, 2)); break;
        }
    }
}
