using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class TableFromTests
{
    private enum Shape { Round, Square }

    private sealed class Item
    {
        public int Count { get; set; }
        public long? Big { get; set; }
        public double? Price { get; set; }
        public decimal Exact { get; set; }
        public bool? Ok { get; set; }
        public string? Color { get; set; }
        public DateTime? Day { get; set; }
        public DateOnly Birth { get; set; }
        public Shape Shape { get; set; }
        public float[] Pair { get; set; } = [];
        [ColumnName("renamed")] public float Old { get; set; }
        [NoColumn] public object? Left { get; set; }
    }

    private sealed class Odd
    {
        public object? What { get; set; }
    }

    private static readonly Item[] items =
    [
        new() { Count = 1, Big = 1L << 40, Price = 1.5, Exact = 2.25m, Ok = true, Color = "red", Day = new DateTime(2025, 1, 2), Birth = new DateOnly(1990, 5, 6), Shape = Shape.Square, Pair = [1, 2], Old = 3 },
        new() { Count = 2, Pair = [3, 4] },
    ];

    [TestMethod]
    public void Objects_become_typed_columns()
    {
        Table table = Table.From(items);

        CollectionAssert.AreEqual(new[] { "Count", "Big", "Price", "Exact", "Ok", "Color", "Day", "Birth", "Shape", "Pair", "renamed" }, table.Columns.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { ColumnKind.Number, ColumnKind.Integer, ColumnKind.Number, ColumnKind.Number, ColumnKind.Boolean, ColumnKind.Category,
            ColumnKind.Date, ColumnKind.Date, ColumnKind.Category, ColumnKind.Vector, ColumnKind.Number }, table.Columns.Select(c => c.Kind).ToArray());
        string?[] first = [.. table.Columns.Select(c => c.TextAt(0))], second = [.. table.Columns.Select(c => c.TextAt(1))];
        CollectionAssert.AreEqual(new[] { "1", "1099511627776", "1.5", "2.25", "true", "red", "2025-01-02", "1990-05-06", "Square", "1 2", "3" }, first);
        CollectionAssert.AreEqual(new[] { "2", null, null, "0", null, null, null, "0001-01-01", "Round", "3 4", "0" }, second);
    }

    [TestMethod]
    public void A_property_of_another_type_is_refused_by_name()
    {
        TableException error = Assert.ThrowsExactly<TableException>(() => Table.From(new[] { new Odd() }));

        StringAssert.Contains(error.Message, "'What'");
    }

    [TestMethod]
    public void Vectors_of_two_lengths_are_refused()
    {
        Assert.ThrowsExactly<TableException>(() => Table.From(new[] { new Item { Pair = [1] }, new Item { Pair = [1, 2] } }));
    }

    [TestMethod]
    public void A_data_view_comes_back_as_it_was()
    {
        MLContext ml = new(1);
        Table table = Table.From(items);
        IDataView view = ml.Data.FilterRowsByColumn(table, "Count", 0, 10);

        Table again = Table.From(view);

        for (int c = 0; c < table.Columns.Count; c++)
            for (int row = 0; row < 2; row++) Assert.AreEqual(table.Columns[c].TextAt(row) switch { "true" when table.Columns[c].Name == "Ok" => "1", "0001-01-01" => null, var t => t }, again.Columns[c].TextAt(row), table.Columns[c].Name);
    }

    [TestMethod]
    public void Keys_become_categories_and_slot_names_stay()
    {
        MLContext ml = new(1);
        IDataView view = ml.Transforms.Conversion.MapValueToKey("key", "Color")
            .Append(ml.Transforms.Concatenate("both", "Count", "Exact")).Fit(Table.From(items)).Transform(Table.From(items));

        Table table = Table.From(view, ["key", "both"]);

        Assert.AreEqual("red", table["key"].TextAt(0));
        Assert.IsTrue(table["key"].IsMissing(1));
        CollectionAssert.AreEqual(new[] { "Count", "Exact" }, ((VectorColumn)table["both"]).SlotNames!.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2.25f, 2, 0 }, ((VectorColumn)table["both"]).Values.ToArray());
    }

    [TestMethod]
    public void A_column_of_another_type_is_refused_by_name_unless_others_are_asked_for()
    {
        MLContext ml = new(1);
        IDataView view = ml.Transforms.Text.TokenizeIntoWords("words", "Color").Fit(Table.From(items)).Transform(Table.From(items));

        TableException error = Assert.ThrowsExactly<TableException>(() => Table.From(view));

        StringAssert.Contains(error.Message, "'words'");
        Assert.AreEqual(2, Table.From(view, ["Count"]).RowCount);
    }

    [TestMethod]
    public void Infinities_become_missing_with_a_warning()
    {
        Table table = Table.From(new[] { new Item { Price = double.PositiveInfinity, Pair = [1] } });

        Assert.IsTrue(table["Price"].IsMissing(0));
        StringAssert.Contains(table.Warnings.Single(), "'Price'");
    }
}
