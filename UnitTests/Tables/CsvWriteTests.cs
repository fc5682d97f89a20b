using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class CsvWriteTests
{
    private static Stream Bytes(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    private static string Append(string input, IReadOnlyList<Column> added, CsvOptions? options = null)
    {
        Table table = Table.ReadCsv(Bytes(input), options);
        MemoryStream output = new();
        CsvCopy.Append(Bytes(input), output, table.Csv!, added);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [TestMethod]
    public void What_needs_quotes_is_quoted_and_nothing_else()
    {
        Table table = new([
            new CategoryColumn("a,b", [0, 1, 2, -1], ["plain", "say \"hi\"", " padded"]),
            new NumberColumn("n", [1.5f, float.NaN, -1e20f, 0.1f])]);
        MemoryStream output = new();

        table.WriteCsv(output);

        Assert.AreEqual("\"a,b\",n\nplain,1.5\n\"say \"\"hi\"\"\",\n\" padded\",-1E+20\n,0.1\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [TestMethod]
    public void Vectors_become_one_column_a_slot()
    {
        MemoryStream output = new();

        new Table([new VectorColumn("v", [1, 2, 3, 4], 2, ["x", "y"])]).WriteCsv(output, ';');

        Assert.AreEqual("v.x;v.y\n1;2\n3;4\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [TestMethod]
    public void Appended_columns_leave_the_input_as_it_stands()
    {
        string output = Append("\uFEFFa;b\r\n 1;\"x;\"\"y\"\r\n\r\n2;'z'  \r\n", [new NumberColumn("prediction", [0.25f, 3]), new CategoryColumn("c", [0, -1], ["p;q"])]);

        Assert.AreEqual("\uFEFFa;b;prediction;c\r\n 1;\"x;\"\"y\";0.25;\"p;q\"\r\n2;'z'  ;3;\r\n", output);
    }

    [TestMethod]
    public void Each_row_gives_one_line_short_ones_filled_and_long_ones_cut_and_without_values()
    {
        string output = Append("a,b,c\n1,2\n1,2,3,4\n5,6,7\n8,9,10,\n", [new NumberColumn("p", [1, 2, 3])]);

        Assert.AreEqual("a,b,c,p\n1,2,,1\n1,2,3,\n5,6,7,2\n8,9,10,3\n", output);
    }

    [TestMethod]
    public void A_file_without_header_gets_none()
    {
        string output = Append("1,2\n3,4", [new NumberColumn("p", [5, 6])], new CsvOptions { HasHeader = false });

        Assert.AreEqual("1,2,5\n3,4,6\n", output);
    }

    [TestMethod]
    public void Rows_behind_the_most_asked_for_are_not_copied()
    {
        string output = Append("a,b\n1,2\n3,4\n5,6\n", [new NumberColumn("p", [5, 6])], new CsvOptions { MaxRows = 2 });

        Assert.AreEqual("a,b,p\n1,2,5\n3,4,6\n", output);
    }

    [TestMethod]
    public void Columns_of_another_length_or_with_a_taken_name_are_refused()
    {
        Assert.ThrowsExactly<TableException>(() => Append("a,b\n1,2\n3,4\n", [new NumberColumn("p", [5])]));
        Assert.ThrowsExactly<TableException>(() => Append("a,b\n1,2\n3,4\n", [new NumberColumn("p", [5, 6, 7])]));
        Assert.ThrowsExactly<TableException>(() => Append("a,b\n1,2\n", [new NumberColumn("a", [5])]));
    }

    [TestMethod]
    public void A_place_that_cannot_be_written_is_a_plain_error()
    {
        Assert.ThrowsExactly<TableException>(() => new Table([new NumberColumn("p", [5])]).WriteCsv(Path.Combine(Path.GetTempPath(), "no", "such", "folder.csv")));
    }
}
