using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class TableDataViewTests
{
    private sealed class Line
    {
        public float Size { get; set; }
        public long Id { get; set; }
        public bool Ok { get; set; }
        public DateTime Day { get; set; }
        public string? Color { get; set; }
        public string? Note { get; set; }
        [VectorType(2)] public float[]? Pair { get; set; }
    }

    private static Table Everything(int rows)
    {
        int[] codes = new int[rows];
        float[] sizes = new float[rows], pairs = new float[rows * 2];
        long[] ids = new long[rows], days = new long[rows];
        byte[] oks = new byte[rows];
        ReadOnlyMemory<char>[] notes = new ReadOnlyMemory<char>[rows];
        for (int i = 0; i < rows; i++)
        {
            codes[i] = (i % 3) - 1;
            sizes[i] = i % 7 == 0 ? float.NaN : i;
            ids[i] = 1L << 40 | (uint)i;
            days[i] = new DateTime(2025, 1, 1).AddHours(i).Ticks;
            oks[i] = (byte)(i % 2);
            notes[i] = $"note {i}".AsMemory();
            pairs[2 * i] = i;
            pairs[(2 * i) + 1] = -i;
        }
        return new Table([new NumberColumn("Size", sizes), new IntegerColumn("Id", ids), new BooleanColumn("Ok", oks), new DateColumn("Day", days),
            new CategoryColumn("Color", codes, ["blue", "red"]), new TextColumn("Note", notes), new VectorColumn("Pair", pairs, 2, ["plus", "minus"])]);
    }

    [TestMethod]
    public void Every_kind_comes_back_through_an_enumerable()
    {
        Table table = Everything(3000);

        Line[] lines = new MLContext(1).Data.CreateEnumerable<Line>(table, reuseRowObject: false).ToArray();

        Assert.HasCount(3000, lines);
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.AreEqual(i % 7 == 0 ? float.NaN : i, lines[i].Size);
            Assert.AreEqual(1L << 40 | (uint)i, lines[i].Id);
            Assert.AreEqual(i % 2 == 1, lines[i].Ok);
            Assert.AreEqual(new DateTime(2025, 1, 1).AddHours(i), lines[i].Day);
            Assert.AreEqual((i % 3) switch { 0 => "", 1 => "blue", _ => "red" }, lines[i].Color ?? "");
            Assert.AreEqual($"note {i}", lines[i].Note);
            CollectionAssert.AreEqual(new float[] { i, -i }, lines[i].Pair);
        }
    }

    [TestMethod]
    public void Columns_with_missing_cells_take_a_type_that_can_say_so()
    {
        Table table = new([new IntegerColumn("a", [1, IntegerColumn.Missing]), new BooleanColumn("b", [1, BooleanColumn.Missing])]);

        Assert.AreEqual(NumberDataViewType.Double, table.Schema["a"].Type);
        Assert.AreEqual(NumberDataViewType.Single, table.Schema["b"].Type);
        CollectionAssert.AreEqual(new[] { 1, double.NaN }, table.GetColumn<double>("a").ToArray());
        CollectionAssert.AreEqual(new[] { 1, float.NaN }, table.GetColumn<float>("b").ToArray());
    }

    [TestMethod]
    public void A_cursor_set_passes_each_row_once_in_rising_batches()
    {
        Table table = Everything(5000);
        DataViewSchema.Column id = table.Schema["Id"];

        DataViewRowCursor[] cursors = table.GetRowCursorSet([id], 3);

        List<long> seen = [];
        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<long> get = cursor.GetGetter<long>(id);
            long batch = -1, value = 0;
            while (cursor.MoveNext())
            {
                Assert.IsTrue(cursor.Batch >= batch);
                batch = cursor.Batch;
                get(ref value);
                seen.Add(value & 0xFFFFFFFF);
            }
        }
        Assert.HasCount(3, cursors);
        CollectionAssert.AreEqual(Enumerable.Range(0, 5000).Select(i => (long)i).ToArray(), seen.Order().ToArray());
    }

    [TestMethod]
    public void A_shuffled_pass_has_the_same_rows_in_another_order()
    {
        Table table = Everything(500);
        DataViewSchema.Column id = table.Schema["Id"];

        List<long> seen = [];
        using DataViewRowCursor cursor = table.GetRowCursor([id], new Random(5));
        ValueGetter<long> get = cursor.GetGetter<long>(id);
        long value = 0;
        while (cursor.MoveNext())
        {
            get(ref value);
            seen.Add(value);
        }

        CollectionAssert.AreNotEqual(seen.Order().ToArray(), seen);
        Assert.AreEqual(500, seen.Distinct().Count());
    }

    [TestMethod]
    public void Getters_allocate_nothing()
    {
        Table table = Everything(2000);
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        ValueGetter<float> size = cursor.GetGetter<float>(table.Schema["Size"]);
        ValueGetter<ReadOnlyMemory<char>> color = cursor.GetGetter<ReadOnlyMemory<char>>(table.Schema["Color"]), note = cursor.GetGetter<ReadOnlyMemory<char>>(table.Schema["Note"]);
        ValueGetter<VBuffer<float>> pair = cursor.GetGetter<VBuffer<float>>(table.Schema["Pair"]);
        (float f, ReadOnlyMemory<char> t, VBuffer<float> v) = (0, default, default);
        cursor.MoveNext();
        pair(ref v);

        Assert.AreEqual(0, Allocated.By(() =>
        {
            for (int row = 0; row < 200; row++)
            {
                Assert.IsTrue(cursor.MoveNext());
                size(ref f);
                color(ref t);
                note(ref t);
                pair(ref v);
            }
        }));
    }

    [TestMethod]
    public void Slot_names_reach_mlnet()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;

        Everything(1).Schema["Pair"].GetSlotNames(ref names);

        CollectionAssert.AreEqual(new[] { "plus", "minus" }, names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    public void A_getter_of_the_wrong_type_or_column_is_refused()
    {
        Table table = Everything(3);
        using DataViewRowCursor cursor = table.GetRowCursor([table.Schema["Size"]]);

        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<long>(table.Schema["Size"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<long>(table.Schema["Id"]));
    }

    [TestMethod]
    public void Transforms_and_trainers_of_mlnet_run_over_it()
    {
        Random random = new(3);
        float[] a = new float[600], b = new float[600];
        byte[] label = new byte[600];
        int[] color = new int[600];
        for (int i = 0; i < 600; i++)
        {
            (a[i], b[i], color[i]) = (random.NextSingle() * 100, random.NextSingle(), i % 2);
            label[i] = (byte)(a[i] + (50 * color[i]) > 75 ? 1 : 0);
        }
        Table table = new([new NumberColumn("a", a), new NumberColumn("b", b), new CategoryColumn("color", color, ["blue", "red"]), new BooleanColumn("Label", label)]);
        MLContext ml = new(1);

        ITransformer model = ml.Transforms.Categorical.OneHotEncoding("colors", "color")
            .Append(ml.Transforms.Concatenate("Features", "a", "b", "colors"))
            .Append(ml.Transforms.NormalizeMinMax("Features"))
            .AppendCacheCheckpoint(ml)
            .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression()).Fit(table);
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(model.Transform(table));

        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
    }
}
