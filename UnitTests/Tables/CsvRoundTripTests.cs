using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class CsvRoundTripTests
{
    private static readonly char[] separators = [',', ';', '\t', '|'];
    private static readonly string[] pieces = ["a", "bc", "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "\t", "|", " ", "é", "東", "😀", "0", "12", "'", "-"];

    private static Table Random(Random random)
    {
        int rows = random.Next(1, 60);
        List<Column> columns = [];
        for (int c = random.Next(1, 6); c > 0; c--)
        {
            string name = $"c{c}{pieces[random.Next(pieces.Length)]}x";
            bool Missing() => random.Next(5) == 0;
            switch (random.Next(5))
            {
                case 0:
                    columns.Add(new NumberColumn(name, [.. Enumerable.Range(0, rows).Select(_ => Missing() ? float.NaN : (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-20, 20)))]));
                    break;
                case 1:
                    columns.Add(new IntegerColumn(name, [.. Enumerable.Range(0, rows).Select(_ => Missing() ? IntegerColumn.Missing : random.NextInt64(-999_999_999_999_999_999, 999_999_999_999_999_999))]));
                    break;
                case 2:
                    columns.Add(new BooleanColumn(name, [.. Enumerable.Range(0, rows).Select(_ => (byte)random.Next(3))]));
                    break;
                case 3:
                    columns.Add(new DateColumn(name, [.. Enumerable.Range(0, rows).Select(_ => Missing() ? DateColumn.Missing : random.NextInt64(DateTime.MaxValue.Ticks))]));
                    break;
                default:
                    string[] texts = [.. Enumerable.Range(0, rows).Select(_ => Missing() ? "" : "w" + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)])))];
                    columns.Add(new TextColumn(name, [.. texts.Select(t => t.AsMemory())]));
                    break;
            }
        }
        return new Table(columns);
    }

    private static void AssertEqual(Table expected, Table actual)
    {
        CollectionAssert.AreEqual(expected.Columns.Select(c => c.Name).ToArray(), actual.Columns.Select(c => c.Name).ToArray());
        Assert.AreEqual(expected.RowCount, actual.RowCount);
        foreach ((Column a, Column b) in expected.Columns.Zip(actual.Columns))
            for (int row = 0; row < a.Count; row++) Assert.AreEqual(a.TextAt(row), b.TextAt(row), $"{a.Name} row {row}");
    }

    [TestMethod]
    public void A_table_that_is_written_and_read_is_the_same()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            Table table = Random(random);
            char separator = separators[random.Next(4)];
            MemoryStream text = new();
            table.WriteCsv(text, separator);
            CsvOptions options = new()
            {
                Separator = separator,
                ChunkBytes = random.Next(1, 300),
                Threads = random.Next(1, 3),
                Columns = table.Columns.ToDictionary(c => c.Name, c => c.Kind),
            };

            AssertEqual(table, Table.ReadCsv(new MemoryStream(text.ToArray()), options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [TestMethod]
    public void The_size_of_chunks_and_the_number_of_threads_change_nothing()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            // Quotes anywhere, so that the guess where a chunk's first row starts is often wrong.
            Random random = new(seed);
            string text = "a,b,c\n" + string.Concat(Enumerable.Range(0, random.Next(5, 200)).Select(_ => random.Next(4) switch { 0 => ",", 1 => "\n", _ => pieces[random.Next(pieces.Length)] }));
            string Outcome(CsvOptions options)
            {
                try
                {
                    Table table = Table.ReadCsv(new MemoryStream(Encoding.UTF8.GetBytes(text)), options with { Separator = ',' });
                    StringBuilder all = new();
                    foreach (Column column in table.Columns)
                        for (int row = 0; row < column.Count; row++) all.Append(CultureInfo.InvariantCulture, $"{column.Name} {column.Kind} {column.TextAt(row)}\u0001");
                    return all.AppendJoin('\n', table.Warnings).ToString();
                }
                catch (TableException error)
                {
                    return error.Message;
                }
            }

            string whole = Outcome(new CsvOptions { Threads = 1 });

            Assert.AreEqual(whole, Outcome(new CsvOptions { Threads = 2, ChunkBytes = random.Next(1, 40) }));
            Assert.AreEqual(whole, Outcome(new CsvOptions { Threads = 1, ChunkBytes = random.Next(1, 40), MaxRows = 1000 }));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [TestMethod]
    public void Every_chunk_boundary_inside_quotes_reads_the_same()
    {
        string text = "id,note\r\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},\"line\r\nwith \"\"quotes\"\", commas\r\nand {i}\"\r\n"));
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        for (int chunk = 1; chunk < 120; chunk++)
        {
            Table table = Table.ReadCsv(new MemoryStream(bytes), new CsvOptions { ChunkBytes = chunk, Threads = 2 });

            Assert.AreEqual(30, table.RowCount, $"{chunk}");
            for (int row = 0; row < 30; row++) Assert.AreEqual($"line\r\nwith \"quotes\", commas\r\nand {row}", table["note"].TextAt(row), $"{chunk}");
        }
    }
}
