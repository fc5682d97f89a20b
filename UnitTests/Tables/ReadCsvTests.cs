using System.IO.Compression;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class ReadCsvTests
{
    private static Table Read(string text, CsvOptions? options = null) => Table.ReadCsv(new MemoryStream(Encoding.UTF8.GetBytes(text)), options);

    /// <summary>One column whose cells these are, in a file of tabs so that no cell needs quotes.</summary>
    private static (Column Column, string Warnings) Column(string[] cells, CsvOptions? options = null)
    {
        Table table = Read("x\ty\n" + string.Concat(cells.Select(c => $"{c}\tq\n")), options);
        return (table["x"], string.Join('\n', table.Warnings));
    }

    [TestMethod]
    [DataRow("1,2,3", ',')]
    [DataRow("1;2;3", ';')]
    [DataRow("1\t2\t3", '\t')]
    [DataRow("1|2|3", '|')]
    [DataRow("1,5;2;3", ';')]
    [DataRow("\"a;b;c\",2,3", ',')]
    public void The_separator_is_found(string row, char separator)
    {
        string header = string.Join(separator, "a", "b", "c");

        Table table = Read($"{header}\n{row}\n{row}\n");

        Assert.AreEqual(separator, table.Csv!.Separator);
        Assert.HasCount(3, table.Columns);
    }

    [TestMethod]
    [DataRow("\n")]
    [DataRow("\r\n")]
    [DataRow("\r")]
    public void Line_ends_of_every_kind_end_rows(string end)
    {
        Table table = Read($"a,b{end}1,x{end}{end}2,\"y{end}z\"{end}3,w");

        Assert.AreEqual(3, table.RowCount);
        Assert.AreEqual($"y{end}z", table["b"].TextAt(1));
        Assert.AreEqual("w", table["b"].TextAt(2));
    }

    [TestMethod]
    public void Gzip_is_unpacked_by_its_first_bytes()
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write("a,b\n1,2\n"u8);
        packed.Position = 0;

        Assert.AreEqual("2", Table.ReadCsv(packed)["b"].TextAt(0));
    }

    [TestMethod]
    [DataRow(new[] { "1", "-2", "16777216" }, ColumnKind.Number, "1|-2|16777216", DisplayName = "integers")]
    [DataRow(new[] { "1", "16777217", "" }, ColumnKind.Integer, "1|16777217|", DisplayName = "large integers")]
    [DataRow(new[] { "1.5", ".5", "1e3", "+2" }, ColumnKind.Number, "1.5|0.5|1000|2", DisplayName = "decimals")]
    [DataRow(new[] { "1,5", "0,123", "7" }, ColumnKind.Number, "1.5|0.123|7", DisplayName = "decimal comma")]
    [DataRow(new[] { "1.234,5", "1.234", "12.345.678" }, ColumnKind.Number, "1234.5|1234|12345678", DisplayName = "decimal comma with thousands")]
    [DataRow(new[] { "1,234.5", "1,234", "12" }, ColumnKind.Number, "1234.5|1234|12", DisplayName = "decimal point with thousands")]
    [DataRow(new[] { "1 234,5", "12 345 678", "1" }, ColumnKind.Number, "1234.5|12345678|1", DisplayName = "space thousands")]
    [DataRow(new[] { "1'234.5", "1’234", "-1" }, ColumnKind.Number, "1234.5|1234|-1", DisplayName = "apostrophe thousands")]
    [DataRow(new[] { "12.5%", "3 %", "-1%" }, ColumnKind.Number, "12.5|3|-1", DisplayName = "percent")]
    [DataRow(new[] { "$1,234.50", "-$3", "$0.5" }, ColumnKind.Number, "1234.5|-3|0.5", DisplayName = "currency before")]
    [DataRow(new[] { "1.234,50 €", "3,1 €", "-2 €" }, ColumnKind.Number, "1234.5|3.1|-2", DisplayName = "currency behind")]
    [DataRow(new[] { "−5", "3.25" }, ColumnKind.Number, "-5|3.25", DisplayName = "typographic minus")]
    [DataRow(new[] { "08001", "28013", "1234" }, ColumnKind.Category, "08001|28013|1234", DisplayName = "postcodes")]
    [DataRow(new[] { "12345678901234567890", "1" }, ColumnKind.Category, "12345678901234567890|1", DisplayName = "huge integers")]
    [DataRow(new[] { "$1", "€2", "3" }, ColumnKind.Category, "$1|€2|3", DisplayName = "mixed currencies")]
    [DataRow(new[] { "True", "false", "TRUE" }, ColumnKind.Boolean, "true|false|true", DisplayName = "booleans")]
    [DataRow(new[] { "yes", "no", "no" }, ColumnKind.Category, "yes|no|no", DisplayName = "yes and no keep their words")]
    [DataRow(new[] { "2025-01-31", "2024/2/29" }, ColumnKind.Date, "2025-01-31|2024-02-29", DisplayName = "year first")]
    [DataRow(new[] { "2025-01-31T10:20:30Z", "2025-01-31 23:30:00.5-02:00" }, ColumnKind.Date, "2025-01-31T10:20:30|2025-02-01T01:30:00.5", DisplayName = "times and offsets")]
    [DataRow(new[] { "31.01.2025", "01.02.25 08:15" }, ColumnKind.Date, "2025-01-31|2025-02-01T08:15:00", DisplayName = "day first")]
    [DataRow(new[] { "1/31/2025 1:05 PM", "2/1/2025 12:00 am" }, ColumnKind.Date, "2025-01-31T13:05:00|2025-02-01", DisplayName = "month first")]
    [DataRow(new[] { "31 Jan 2025", "Feb 1, 2025", "3-March-99" }, ColumnKind.Date, "2025-01-31|2025-02-01|1999-03-03", DisplayName = "named months")]
    [DataRow(new[] { "Tue, 12 Jan 2021 10:00:00 GMT" }, ColumnKind.Date, "2021-01-12T10:00:00", DisplayName = "mail dates")]
    [DataRow(new[] { "20250131", "20240229", "19991231" }, ColumnKind.Date, "2025-01-31|2024-02-29|1999-12-31", DisplayName = "compact")]
    [DataRow(new[] { "20250131", "20250231", "19991231" }, ColumnKind.Integer, "20250131|20250231|19991231", DisplayName = "eight digits that are no dates")]
    [DataRow(new[] { "2025-02-30", "2025-01-01" }, ColumnKind.Category, "2025-02-30|2025-01-01", DisplayName = "no such day")]
    [DataRow(new[] { "23:59", "08:00:01" }, ColumnKind.Date, "0001-01-01T23:59:00|0001-01-01T08:00:01", DisplayName = "times of day")]
    [DataRow(new[] { "1", "2x", "3" }, ColumnKind.Category, "1|2x|3", DisplayName = "one word among numbers")]
    [DataRow(new[] { "NA", "n/a", "NULL", "?", "-", "#N/A", "nan", " ", "3" }, ColumnKind.Number, "||||||||3", DisplayName = "missing words")]
    public void Kinds_are_inferred(string[] cells, ColumnKind kind, string texts)
    {
        Column column = Column(cells).Column;

        Assert.AreEqual(kind, column.Kind);
        Assert.AreEqual(texts, string.Join('|', Enumerable.Range(0, column.Count).Select(column.TextAt)));
    }

    [TestMethod]
    public void The_last_row_counts_for_the_kind()
    {
        string[] cells = [.. Enumerable.Range(0, 60_000).Select(i => i.ToString()), "x"];

        Assert.AreEqual(ColumnKind.Category, Column(cells, new CsvOptions { ChunkBytes = 4096 }).Column.Kind);
    }

    [TestMethod]
    [DataRow("inf")]
    [DataRow("-Infinity")]
    [DataRow("1e999")]
    [DataRow("1e39")]
    [DataRow("∞")]
    public void Infinities_become_missing_with_a_warning(string word)
    {
        (Column column, string warnings) = Column(["1", word, "2.5"]);

        Assert.AreEqual(ColumnKind.Number, column.Kind);
        Assert.IsTrue(column.IsMissing(1));
        StringAssert.Contains(warnings, "row 2");
    }

    [TestMethod]
    public void A_single_comma_is_decimal_in_a_file_of_semicolons_and_groups_thousands_in_others()
    {
        Assert.AreEqual("1.234", Read("a;b\n1,234;x\n5,678;y\n")["a"].TextAt(0));
        Assert.AreEqual("1234", Read("a,b\n\"1,234\",x\n\"5,678\",y\n")["a"].TextAt(0));
        Assert.AreEqual("0.123", Read("a;b\n0,123;x\n0,456;y\n")["a"].TextAt(0));
        Assert.AreEqual("0.123", Read("a,b\n\"0,123\",x\n")["a"].TextAt(0));
    }

    [TestMethod]
    public void Columns_that_do_not_say_their_format_follow_the_others_of_the_file()
    {
        Table table = Read("a;b\n1.234;0,5\n5.678;1,75\n");

        Assert.AreEqual("1234", table["a"].TextAt(0));
    }

    [TestMethod]
    public void Dates_that_read_both_ways_are_warned_of_and_can_be_settled()
    {
        (Column column, string warnings) = Column(["3/4/2025", "5/6/2025"]);
        (Column settled, string none) = Column(["3/4/2025", "5/6/2025"], new CsvOptions { DateOrder = DateOrder.DayFirst });

        Assert.AreEqual("2025-03-04", column.TextAt(0));
        StringAssert.Contains(warnings, "'x'");
        Assert.AreEqual("2025-04-03", settled.TextAt(0));
        Assert.AreEqual("", none);
    }

    [TestMethod]
    [DataRow(ColumnKind.Number, "1|2||")]
    [DataRow(ColumnKind.Integer, "1|2||")]
    [DataRow(ColumnKind.Category, "1|02|x|")]
    [DataRow(ColumnKind.Text, "1|02|x|")]
    [DataRow(ColumnKind.Boolean, "true|||")]
    public void A_kind_that_is_asked_for_is_kept_to_and_misfits_are_warned_of(ColumnKind kind, string texts)
    {
        (Column column, string warnings) = Column(["1", "02", "x", "NA"], new CsvOptions { Columns = new Dictionary<string, ColumnKind> { ["x"] = kind } });

        Assert.AreEqual(kind, column.Kind);
        Assert.AreEqual(texts, string.Join('|', Enumerable.Range(0, column.Count).Select(column.TextAt)));
        Assert.AreEqual(kind is ColumnKind.Category or ColumnKind.Text, warnings.Length == 0, warnings);
    }

    [TestMethod]
    public void A_date_that_is_asked_for_takes_every_layout()
    {
        (Column column, _) = Column(["2025-01-02", "3 Feb 2025", "?", "soon"], new CsvOptions { Columns = new Dictionary<string, ColumnKind> { ["x"] = ColumnKind.Date } });

        Assert.AreEqual("2025-01-02|2025-02-03||", string.Join('|', Enumerable.Range(0, 4).Select(column.TextAt)));
    }

    [TestMethod]
    public void The_words_for_missing_can_be_replaced()
    {
        (Column column, _) = Column(["NA", "keine", ""], new CsvOptions { MissingValues = ["KEINE"] });

        Assert.AreEqual("NA||", string.Join('|', Enumerable.Range(0, 3).Select(column.TextAt)));
    }

    [TestMethod]
    public void A_file_is_read_again_into_the_same_kinds()
    {
        Table train = Read("zip,ok,n\n08001,true,1\n28013,false,2\n");

        Table test = Read("zip,ok,n\n28013,true,x\n", train.Csv!.Again());

        CollectionAssert.AreEqual(train.Columns.Select(c => c.Kind).ToArray(), test.Columns.Select(c => c.Kind).ToArray());
        Assert.AreEqual("28013", test["zip"].TextAt(0));
        Assert.IsTrue(test["n"].IsMissing(0));
    }

    [TestMethod]
    public void Headers_that_are_empty_or_taken_get_names()
    {
        Table table = Read("a,,a,a.2,a\n1,2,3,4,5\n");

        CollectionAssert.AreEqual(new[] { "a", "column2", "a.3", "a.2", "a.4" }, table.Columns.Select(c => c.Name).ToArray());
        Assert.HasCount(3, table.Warnings);
    }

    [TestMethod]
    public void Stray_quotes_inside_cells_are_text()
    {
        Table table = Read("a,b\n5\" pipe,x\n\"6\"\" pipe\" long,y\n7 \"in\" brass,z\n");

        CollectionAssert.AreEqual(new[] { "5\" pipe", "6\" pipe long", "7 \"in\" brass" }, Enumerable.Range(0, 3).Select(table["a"].TextAt).ToArray());
        CollectionAssert.AreEqual(new[] { "x", "y", "z" }, Enumerable.Range(0, 3).Select(table["b"].TextAt).ToArray());
    }

    [TestMethod]
    public void White_space_is_content_in_quotes_only()
    {
        Table table = Read("a,b\n  x  ,1\n\"  x  \",2\n");

        Assert.AreEqual("x", table["a"].TextAt(0));
        Assert.AreEqual("  x  ", table["a"].TextAt(1));
    }

    [TestMethod]
    public void Empty_cells_behind_the_last_column_are_no_long_row()
    {
        Table table = Read("a,b\n1,2,\n3,4,,\n");

        Assert.AreEqual(2, table.RowCount);
        Assert.IsEmpty(table.Warnings);
    }

    [TestMethod]
    public void A_column_of_100000_distinct_strings_works()
    {
        string[] cells = [.. Enumerable.Range(0, 100_000).Select(i => $"code-{i * 7919 % 100_000}")];

        Column column = Column(cells).Column;

        Assert.AreEqual(ColumnKind.Category, column.Kind);
        CategoryColumn category = (CategoryColumn)column;
        Assert.HasCount(100_000, category.Categories);
        for (int i = 0; i < cells.Length; i += 997) Assert.AreEqual(cells[i], column.TextAt(i));
        for (int i = 1; i < category.Categories.Count; i++) Assert.IsTrue(string.CompareOrdinal(category.Categories[i - 1], category.Categories[i]) < 0);
    }

    [TestMethod]
    public void The_most_rows_asked_for_are_read_and_judged()
    {
        Table table = Read("a,b\n1,x\n2,y\nz,w\n", new CsvOptions { MaxRows = 2 });

        Assert.AreEqual(2, table.RowCount);
        Assert.AreEqual(ColumnKind.Number, table["a"].Kind);
    }

    [TestMethod]
    public void A_file_without_header_gets_numbered_columns()
    {
        Table table = Read("1,x\n2,y\n", new CsvOptions { HasHeader = false });

        Assert.AreEqual(2, table.RowCount);
        CollectionAssert.AreEqual(new[] { "column1", "column2" }, table.Columns.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    [DataRow("", "empty")]
    [DataRow("\n\n\r\n", "empty")]
    [DataRow("a,b,c", "no rows")]
    [DataRow("a,b\n1,\"x", "never closes")]
    [DataRow("a,b\n1,2,3\n1,2,3\n", "more cells than the header")]
    [DataRow("a,b\n1,\0\n", "NUL")]
    [DataRow("PK\u0003\u0004...", "Excel")]
    [DataRow("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u000e\u000f\u0010,b\n", "binary")]
    public void What_is_no_table_is_refused_in_one_sentence(string text, string says)
    {
        TableException error = Assert.ThrowsExactly<TableException>(() => Read(text));

        StringAssert.Contains(error.Message, says);
        Assert.DoesNotContain("\n", error.Message);
    }

    [TestMethod]
    public void Paths_that_lead_to_no_file_are_refused_in_one_sentence()
    {
        string folder = Path.GetTempPath();

        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => Table.ReadCsv(folder)).Message, "directory");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => Table.ReadCsv(Path.Combine(folder, "there-is-none.csv"))).Message, "no such file");
        Assert.ThrowsExactly<TableException>(() => Table.ReadCsv(""));
        Assert.ThrowsExactly<TableException>(() => Table.ReadCsv("a\0b"));
    }

    [TestMethod]
    public void A_damaged_gzip_file_is_refused()
    {
        byte[] bytes = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7];

        Assert.ThrowsExactly<TableException>(() => Table.ReadCsv(new MemoryStream(bytes)));
    }

    [TestMethod]
    public void Options_out_of_range_are_reported_all_at_once()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => Read("a\n1\n",
            new CsvOptions { Separator = '"', MaxRows = 0, Threads = 0, Columns = new Dictionary<string, ColumnKind> { ["a"] = ColumnKind.Vector } }));

        Assert.HasCount(4, error.Problems);
    }
}
