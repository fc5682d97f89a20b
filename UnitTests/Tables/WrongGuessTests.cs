using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

/// <summary>Columns whose first rows look like something else than all rows are: what is read must not depend on what was expected.</summary>
[TestClass]
public sealed class WrongGuessTests
{
    private const int Rows = 400;

    [TestMethod]
    [DataRow("1", "2.5", ColumnKind.Number)]
    [DataRow("1", "20000000000", ColumnKind.Integer)]
    [DataRow("20000000000", "2.5", ColumnKind.Number)]
    [DataRow("1", "x", ColumnKind.Category)]
    [DataRow("1.5", "x", ColumnKind.Category)]
    [DataRow("1", "007", ColumnKind.Category)]
    [DataRow("1.234", "1,5", ColumnKind.Number)]
    [DataRow("1.5", "1,5", ColumnKind.Number)]
    [DataRow("$5", "7", ColumnKind.Category)]
    [DataRow("", "7", ColumnKind.Number)]
    [DataRow("NA", "2020-01-31", ColumnKind.Date)]
    [DataRow("2020-01-31", "x", ColumnKind.Category)]
    [DataRow("01/02/2020", "31/12/2020", ColumnKind.Date)]
    [DataRow("01/02/2020", "12/31/2020", ColumnKind.Date)]
    [DataRow("20200131", "7", ColumnKind.Integer)]
    [DataRow("true", "no", ColumnKind.Category)]
    [DataRow("true", "1", ColumnKind.Category)]
    [DataRow("1", "inf", ColumnKind.Number)]
    [DataRow("1", "1e999", ColumnKind.Number)]
    [DataRow("x", "several words of a note", ColumnKind.Category)]
    public void A_column_that_changes_late_is_read_by_all_of_its_rows(string early, string late, ColumnKind kind)
    {
        foreach (int change in new[] { 1, 7, Rows / 2, Rows - 1 })
        {
            StringBuilder text = new("before;x;after\n");
            for (int row = 0; row < Rows; row++) text.Append($"{row}.5;{(row < change ? early : late)};\"a{row % 7}; b\"\n");
            Table whole = Read(text, new CsvOptions());
            if (change == Rows / 2) Assert.AreEqual(kind, whole["x"].Kind);
            foreach (int threads in new[] { 1, 2, 5 })
                foreach (int chunk in new[] { 1, 40, 999 })
                    AssertSame(whole, Read(text, new CsvOptions { Threads = threads, ChunkBytes = chunk }), $"{threads} threads, chunks of {chunk}, change at {change}");
        }
    }

    [TestMethod]
    [DataRow(ColumnKind.Number)]
    [DataRow(ColumnKind.Integer)]
    [DataRow(ColumnKind.Date)]
    [DataRow(ColumnKind.Boolean)]
    [DataRow(ColumnKind.Text)]
    public void Cells_that_an_asked_kind_refuses_are_told_of_by_their_rows(ColumnKind kind)
    {
        StringBuilder text = new("x,y\n");
        for (int row = 0; row < Rows; row++) text.Append(row % 90 == 71 ? "what\n" : row == 20 ? "1,2,3\n" : $"{row % 2},1e{row}\n");
        Dictionary<string, ColumnKind> columns = new() { ["x"] = kind };

        Table whole = Read(text, new CsvOptions { Columns = columns });

        foreach (int chunk in new[] { 1, 40, 999 }) AssertSame(whole, Read(text, new CsvOptions { Columns = columns, Threads = 3, ChunkBytes = chunk }), $"chunks of {chunk}");
    }

    private static Table Read(StringBuilder text, CsvOptions options) => Table.ReadCsv(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), options);

    private static void AssertSame(Table expected, Table actual, string how)
    {
        Assert.AreEqual(string.Join('\n', expected.Warnings), string.Join('\n', actual.Warnings), how);
        Assert.AreEqual(expected.RowCount, actual.RowCount, how);
        for (int c = 0; c < expected.Columns.Count; c++)
        {
            Assert.AreEqual(expected.Columns[c].Kind, actual.Columns[c].Kind, how);
            for (int row = 0; row < expected.RowCount; row++) Assert.AreEqual(expected.Columns[c].TextAt(row), actual.Columns[c].TextAt(row), $"{how}, row {row}");
        }
    }
}
