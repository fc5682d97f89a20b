using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class SchemaBindingTests
{
    private static readonly FittedPipeline pipeline = MixedTable.Pipeline();
    private static readonly Table table = MixedTable.Rows(40, seed: 8);

    [TestMethod]
    public void Text_in_place_of_every_other_kind_predicts_the_same()
    {
        Table texts = new(table.Columns.Select(c => c is VectorColumn ? c : Text(c)));

        Same(texts);
    }

    [TestMethod]
    public void Categories_in_place_of_every_other_kind_predict_the_same()
    {
        Table categories = new(table.Columns.Select(c => c is VectorColumn ? c : Category(c)));

        Same(categories);
    }

    [TestMethod]
    public void Numbers_find_the_category_they_once_were()
    {
        float[] numbers = new float[40];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = float.Parse(table["code"].TextAt(i)!, System.Globalization.CultureInfo.InvariantCulture);

        Same(With(new NumberColumn("code", numbers)));
    }

    [TestMethod]
    public void Truth_values_find_the_category_they_once_were()
    {
        byte[] truths = new byte[40];
        for (int i = 0; i < truths.Length; i++) truths[i] = table["answer"].TextAt(i) == "yes" ? (byte)1 : (byte)0;

        Same(With(new BooleanColumn("answer", truths)));
    }

    [TestMethod]
    public void Whole_numbers_in_place_of_numbers_predict_the_same()
    {
        NumberColumn age = (NumberColumn)table["age"];
        long[] whole = new long[40];
        for (int i = 0; i < whole.Length; i++) whole[i] = age.IsMissing(i) ? IntegerColumn.Missing : (long)age.Values[i];

        Same(With(new IntegerColumn("age", whole)));
    }

    [TestMethod]
    public void Cells_that_do_not_read_are_missing_and_counted()
    {
        ReadOnlyMemory<char>[] cells = new ReadOnlyMemory<char>[40];
        for (int i = 0; i < cells.Length; i++) cells[i] = (i < 3 ? "old" : table["age"].TextAt(i) ?? "").AsMemory();
        float[] ages = ((NumberColumn)table["age"]).Values.ToArray();
        ages.AsSpan(0, 3).Fill(float.NaN);

        Predictions odd = pipeline.Predict(With(new TextColumn("age", cells)));

        CollectionAssert.AreEqual(pipeline.Predict(With(new NumberColumn("age", ages))).Values, odd.Values);
        StringAssert.Contains(odd.Warnings.Single(), "'age': 3 of 40 cells are not a number");
        StringAssert.Contains(odd.Warnings.Single(), "'old' in row 1");
    }

    [TestMethod]
    public void Unseen_categories_are_counted_and_named()
    {
        int[] codes = new int[40];
        codes[7] = 1;
        codes[9] = 1;

        Predictions predictions = pipeline.Predict(With(new CategoryColumn("city", codes, ["Bern", "Basel", "nowhere in use"])));

        StringAssert.Contains(predictions.Warnings.Single(), "'city': 2 of 40 rows hold values that training did not see ('Basel')");
    }

    [TestMethod]
    public void Vectors_of_another_width_are_refused()
    {
        TableException error = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(With(new VectorColumn("v", new float[120], 3))));

        StringAssert.Contains(error.Message, "column 'v': found vectors of 3 numbers, expected vectors of 2 numbers");
    }

    [TestMethod]
    public void Labels_stored_otherwise_are_the_same_labels()
    {
        Target target = pipeline.Schema.TargetOf(new Table([Text(table["label"])]));

        CollectionAssert.AreEqual(pipeline.Schema.TargetOf(table).Values.ToArray(), target.Values.ToArray());
        CollectionAssert.AreEqual(pipeline.Schema.Classes.ToArray(), target.Classes.ToArray());
    }

    [TestMethod]
    public void Read_options_name_every_kind_a_file_can_hold()
    {
        IReadOnlyDictionary<string, ColumnKind> kinds = pipeline.Schema.ReadOptions;

        Assert.AreEqual(ColumnKind.Category, kinds["code"]);
        Assert.AreEqual(ColumnKind.Integer, kinds["account"]);
        Assert.AreEqual(ColumnKind.Category, kinds["label"]);
        Assert.IsFalse(kinds.ContainsKey("v"));
    }

    private static void Same(Table other)
    {
        Predictions predictions = pipeline.Predict(other);

        CollectionAssert.AreEqual(pipeline.Predict(table).Values, predictions.Values);
        Assert.AreEqual(0, predictions.Warnings.Count, string.Join(" ", predictions.Warnings));
    }

    private static Table With(Column column) => new(table.Columns.Select(c => c.Name == column.Name ? column : c));

    private static TextColumn Text(Column column) =>
        new(column.Name, [.. Enumerable.Range(0, column.Count).Select(row => column.TextAt(row).AsMemory())]);

    private static CategoryColumn Category(Column column)
    {
        string?[] cells = [.. Enumerable.Range(0, column.Count).Select(column.TextAt)];
        string[] distinct = [.. cells.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return new CategoryColumn(column.Name, [.. cells.Select(c => c is null ? -1 : Array.IndexOf(distinct, c))], distinct);
    }
}
