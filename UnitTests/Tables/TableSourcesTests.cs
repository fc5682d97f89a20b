using System.IO.Compression;
using System.Text;
using Microsoft.Data.Sqlite;
using MLPipes.Pipelines;
using Parquet;
using Parquet.Schema;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class TableSourcesTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-tables-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(folder, recursive: true);

    private string Put(string name, string text) => Put(name, Encoding.UTF8.GetBytes(text));

    private string Put(string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Texts(Table table, string column) => string.Join('|', Enumerable.Range(0, table.RowCount).Select(table[column].TextAt));

    private async Task<string> PutParquet()
    {
        DataField<int?> count = new("count");
        DataField<double> price = new("price");
        DataField<string> color = new("color");
        DataField<DateTime?> day = new("day");
        DataField<bool> ok = new("ok");
        DataField<long> big = new("big");
        string path = Path.Combine(folder, "t.parquet");
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(count, price, color, day, ok, big), file);
        for (int group = 0; group < 2; group++)
        {
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            await rows.WriteAsync<int>(count, new int?[] { 1, null, group }.AsMemory());
            await rows.WriteAsync<double>(price, new[] { 0.5, 1.5, double.NaN }.AsMemory());
            await rows.WriteAsync(color, new[] { "red", null!, "blue" });
            await rows.WriteAsync<DateTime>(day, new DateTime?[] { new DateTime(2025, 1, 2, 0, 0, 0, DateTimeKind.Utc), null, new DateTime(2025, 1, 3, 4, 5, 6, DateTimeKind.Utc) }.AsMemory());
            await rows.WriteAsync<bool>(ok, new[] { true, false, true }.AsMemory());
            await rows.WriteAsync<long>(big, new[] { 1L << 40, 2, 3 }.AsMemory());
        }
        return path;
    }

    [TestMethod]
    public async Task Parquet_columns_keep_their_types_over_row_groups()
    {
        string path = await PutParquet();

        Table table = Table.Read(path);

        Assert.AreEqual(6, table.RowCount);
        Assert.AreEqual("1||0|1||1", Texts(table, "count"));
        Assert.AreEqual("0.5|1.5||0.5|1.5|", Texts(table, "price"));
        Assert.AreEqual("red||blue|red||blue", Texts(table, "color"));
        Assert.AreEqual("2025-01-02||2025-01-03T04:05:06|2025-01-02||2025-01-03T04:05:06", Texts(table, "day"));
        Assert.AreEqual("true|false|true|true|false|true", Texts(table, "ok"));
        Assert.AreEqual(ColumnKind.Integer, table["big"].Kind);
    }

    [TestMethod]
    public async Task Damaged_parquet_files_are_refused()
    {
        byte[] bytes = File.ReadAllBytes(await PutParquet());
        Random random = new(7);

        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = i % 3 == 0 ? bytes[..random.Next(4, bytes.Length)] : (byte[])bytes.Clone();
            for (int n = i % 3 == 0 ? 0 : random.Next(1, 5); n > 0; n--) damaged[random.Next(4, damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                Table.ReadParquet(Put("damaged.parquet", damaged));
            }
            catch (TableException)
            {
                continue;
            }
        }
        Assert.ThrowsExactly<TableException>(() => Table.ReadParquet(Put("text.parquet", "a,b\n1,2\n")));
    }

    [TestMethod]
    public void Json_lines_become_columns_whatever_the_order_of_keys()
    {
        string path = Put("t.jsonl", """
            {"n": 1, "s": "red", "day": "2025-01-02", "in": {"x": 1.5}, "tags": ["a", 1]}

            {"s": "bl\u00fce", "n": null, "ok": true}
            {"n": 12345678901, "day": "2025-02-03T04:05:06Z", "mix": 1}
            {"mix": "two", "n": 3, "n": 4}
            """);

        Table table = Table.Read(path);

        Assert.AreEqual(4, table.RowCount);
        Assert.AreEqual("1||12345678901|3", Texts(table, "n"));
        Assert.AreEqual("red|blüe||", Texts(table, "s"));
        Assert.AreEqual("2025-01-02||2025-02-03T04:05:06|", Texts(table, "day"));
        Assert.AreEqual("1.5|||", Texts(table, "in.x"));
        Assert.AreEqual("[\"a\", 1]|||", Texts(table, "tags"));
        Assert.AreEqual("|true||", Texts(table, "ok"));
        Assert.AreEqual("||1|two", Texts(table, "mix"));
        Assert.HasCount(2, table.Warnings);
    }

    [TestMethod]
    [DataRow("{\"a\": 1}\n{\"a\": }", "line 2")]
    [DataRow("{\"a\": 1}\n[1]", "line 2")]
    [DataRow("{\"a\": 1} {\"a\": 2}", "line 1")]
    [DataRow("{\"a\": 1", "line 1")]
    [DataRow("{}", "no JSON object")]
    [DataRow("", "no JSON object")]
    public void Lines_that_are_no_json_are_named(string text, string says)
    {
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => Table.ReadJsonLines(Put("t.jsonl", text))).Message, says);
    }

    [TestMethod]
    public void Json_lines_longer_than_a_buffer_are_read()
    {
        string text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{{\"a\": \"{new string('x', i * 5000)}y\", \"i\": {i}}}\n"));

        Table table = Table.ReadJsonLines(Put("t.jsonl", text));

        Assert.AreEqual(50, table.RowCount);
        Assert.AreEqual(49 * 5000 + 1, table["a"].TextAt(49)!.Length);
    }

    [TestMethod]
    public void A_database_query_keeps_types_and_reads_dates_in_text()
    {
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE t (n INTEGER, x REAL, s TEXT, day TEXT, loose);
            INSERT INTO t VALUES (1, 0.5, 'red', '2025-01-02', 1), (NULL, NULL, NULL, NULL, 'two'), (3, 2, '08001', '2025-01-03 04:05:06', 2.5);
            SELECT n, x, s, day, loose, n AS n FROM t;
            """;

        Table table;
        using (SqliteDataReader reader = command.ExecuteReader()) table = Table.ReadDatabase(reader);

        Assert.AreEqual("1||3", Texts(table, "n"));
        Assert.AreEqual("0.5||2", Texts(table, "x"));
        Assert.AreEqual("red||08001", Texts(table, "s"));
        Assert.AreEqual(ColumnKind.Date, table["day"].Kind);
        Assert.AreEqual("1|two|2.5", Texts(table, "loose"));
        Assert.AreEqual("1||3", Texts(table, "n.2"));
    }

    [TestMethod]
    public void Files_are_read_by_what_they_are()
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest)) gzip.Write("{\"a\": 1}\n"u8);

        Assert.AreEqual("1", Texts(Table.Read(Put("a.csv", "a,b\n1,2\n")), "a"));
        Assert.AreEqual("1;5", Texts(Table.Read(Put("a.tsv", "a\tb\n1;5\t2\n")), "a"));
        Assert.AreEqual("1", Texts(Table.Read(Put("a.jsonl.gz", packed.ToArray())), "a"));
        Assert.AreEqual("1", Texts(Table.Read(Put("a.txt", "{\"a\": 1}\n")), "a"));
        Assert.AreEqual(ColumnKind.Category, Table.Read(Put("a.csv", "a,b\n1,2\n"), new CsvOptions { Columns = new Dictionary<string, ColumnKind> { ["a"] = ColumnKind.Category } })["a"].Kind);
        Assert.ThrowsExactly<TableException>(() => Table.Read(folder));
    }
}
