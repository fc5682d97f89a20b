using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass, NeedsShared]
public sealed class NastyFilesTests
{
    private static Table Read(string file, CsvOptions? options = null) => Table.ReadCsv(SharedFolder.Data("_nasty_visible", file), options);

    [TestMethod]
    public void A_byte_order_mark_is_no_part_of_the_first_header()
    {
        Table table = Read("bom.csv");

        Assert.AreEqual("size", table.Columns[0].Name);
        Assert.IsEmpty(table.Warnings);
        CollectionAssert.AreEqual(new[] { ColumnKind.Number, ColumnKind.Category, ColumnKind.Category }, table.Columns.Select(c => c.Kind).ToArray());
    }

    [TestMethod]
    public void Ragged_rows_are_named_and_never_shifted()
    {
        Table table = Read("ragged_rows.csv");

        StringAssert.Contains(string.Join('\n', table.Warnings), "8, 32");
        StringAssert.Contains(string.Join('\n', table.Warnings), "13, 45");
        CollectionAssert.AreEqual(new long[] { 13, 45 }, table.Csv!.DroppedRows.ToArray());
        CategoryColumn label = (CategoryColumn)table["label"];
        CollectionAssert.AreEqual(new[] { "no", "yes" }, label.Categories.ToArray());
        Assert.IsTrue(label.IsMissing(7));
        Assert.IsTrue(label.IsMissing(30), "row 32 stands at index 30: row 13 was dropped before it");
        Assert.AreEqual(ColumnKind.Number, table["size"].Kind);
    }

    [TestMethod]
    public void Long_rows_fail_where_asked()
    {
        TableException error = Assert.ThrowsExactly<TableException>(() => Read("ragged_rows.csv", new CsvOptions { LongRows = LongRows.Fail }));

        StringAssert.Contains(error.Message, "row 13");
    }

    [TestMethod]
    public void Quoted_newlines_stay_in_their_cells()
    {
        Table table = Read("quoted_newlines.csv");

        Assert.AreEqual(64, table.RowCount);
        Assert.AreEqual(ColumnKind.Text, table["comment"].Kind);
        Assert.AreEqual("line one\nline two", table["comment"].TextAt(1));
        Assert.AreEqual("she said \"fine\" and left", table["comment"].TextAt(2));
        Assert.AreEqual("tab\there", table["comment"].TextAt(6));
        Assert.IsTrue(table["comment"].IsMissing(4));
    }

    [TestMethod]
    public void Mixed_decimal_commas_are_warned_of_and_read_by_their_own_marks()
    {
        Table table = Read("mixed_decimal_commas.csv");

        Assert.AreEqual(';', table.Csv!.Separator);
        Assert.IsTrue(table.Warnings.Any(w => w.Contains("'weight'") && w.Contains("mixes number formats")));
        NumberColumn price = (NumberColumn)table["price"], weight = (NumberColumn)table["weight"];
        Assert.AreEqual(2751.31f, price.Values[0]);
        Assert.AreEqual(8310.75f, price.Values[1]);
        Assert.AreEqual(2.721f, weight.Values[0]);
        Assert.AreEqual(0.066f, weight.Values[2]);
        Assert.IsTrue(weight.Values.ToArray().All(v => v < 10));
    }

    [TestMethod]
    public void A_number_format_that_is_asked_for_is_kept_to()
    {
        Table table = Read("mixed_decimal_commas.csv", new CsvOptions { NumberFormat = NumberFormat.DecimalComma });

        NumberColumn price = (NumberColumn)table["price"];
        Assert.IsTrue(price.IsMissing(0), "2751.31 is no number where the comma is decimal");
        Assert.AreEqual(8310.75f, price.Values[1]);
        Assert.IsTrue(table.Warnings.Any(w => w.Contains("'2751.31' in row 1")), string.Join('\n', table.Warnings));
    }

    [TestMethod]
    public void Columns_without_any_value_are_wholly_missing()
    {
        Table table = Read("all_missing_column.csv");

        foreach (string name in new[] { "empty", "blank" })
            Assert.IsTrue(Enumerable.Range(0, table.RowCount).All(table[name].IsMissing), name);
        Assert.AreEqual(ColumnKind.Number, table["size"].Kind);
    }

    [TestMethod]
    public void Duplicate_headers_are_renamed_and_no_column_is_lost()
    {
        Table table = Read("duplicate_headers.csv");

        CollectionAssert.AreEqual(new[] { "size", "color", "size.2", "label", "color.2" }, table.Columns.Select(c => c.Name).ToArray());
        Assert.HasCount(2, table.Warnings);
    }

    [TestMethod]
    public void Bytes_that_are_no_utf8_are_replaced_and_their_first_line_is_named()
    {
        Table table = Read("non_utf8_bytes.csv");

        StringAssert.Contains(table.Warnings.Single(), "row 1 in line 2");
        Assert.AreEqual(ColumnKind.Category, table["city"].Kind);
        Assert.AreEqual(ColumnKind.Category, table["label"].Kind);
        Assert.AreEqual("M\uFFFDnchen", table["city"].TextAt(0));
        Assert.AreEqual("東京", table["city"].TextAt(4));
    }

    [TestMethod]
    public void Every_set_reads_and_numbers_are_numbers()
    {
        foreach (string set in new[] { "adult", "titanic", "diamonds", "telco_churn", "taxi_fare", "sst2", "bike_sharing_hour" })
        {
            Table table = Table.ReadCsv(SharedFolder.Data(set, "train.csv.gz"));

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{set}: {table.RowCount} rows; {string.Join(", ", table.Columns.Select(c => $"{c.Name} {c.Kind}"))}"));
            foreach (string warning in table.Warnings) Console.WriteLine("  " + warning);
            Assert.IsTrue(table.RowCount > 100);
        }
        Assert.AreEqual(ColumnKind.Text, Table.ReadCsv(SharedFolder.Data("titanic", "train.csv.gz"))["Name"].Kind);
    }
}
