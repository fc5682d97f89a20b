using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Tables.Tests;

[TestClass]
public sealed class CsvFuzzTests
{
    private static readonly string[] starts =
    [
        "size,color,day,label\n1.5,red,2025-01-02,yes\n2,\"blue, \"\"dark\"\"\",2025-01-03,no\n,green,,yes\n",
        "price;note;share\r\n1.234,56;\"a\r\nb\";5%\r\n0,5;x;7%\r\n",
        "a\tb\n$1,000.50\ttrue\n-$3\tFALSE\n",
        "id|when|v\n08001|31.12.2024 23:59|1e5\n1|1 Jan 2025|inf\n",
        "x\n1\n2\n\"\"\n",
    ];

    private static readonly byte[] spice = [.. "\"\",;\t|\r\n-+.eE%$ \0"u8, 0xFF, 0xEF, 0xBB, 0xC3, 0xE2, 0x80, 0x1F];

    /// <summary>How many cases run; MLPIPES_FUZZ asks for more.</summary>
    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("MLPIPES_FUZZ"), out int cases) ? cases : 10_000;

    [TestMethod]
    public void Mutated_files_give_a_table_or_a_plain_error()
    {
        int tables = 0, refused = 0;
        Parallel.For(0, Cases, i =>
        {
            Random random = new(20250101 + i);
            byte[] bytes = Mutate(Encoding.UTF8.GetBytes(starts[random.Next(starts.Length)]), random);
            CsvOptions options = new() { Threads = 1 + (i % 2), ChunkBytes = random.Next(1, 200), LongRows = (LongRows)random.Next(2), HasHeader = random.Next(4) > 0, MaxRows = random.Next(4) == 0 ? random.Next(1, 5) : null };
            try
            {
                Table table = Table.ReadCsv(new MemoryStream(bytes), options);
                Interlocked.Increment(ref tables);
                CsvCopy.Append(new MemoryStream(bytes), Stream.Null, table.Csv!, [new NumberColumn("\u0001", new float[table.RowCount])]);
                foreach (Column column in table.Columns)
                    for (int row = 0; row < column.Count; row++) column.TextAt(row);
            }
            catch (TableException error)
            {
                Interlocked.Increment(ref refused);
                Assert.IsFalse(string.IsNullOrWhiteSpace(error.Message));
            }
            catch (Exception error) when (error is not UnitTestAssertException)
            {
                Assert.Fail($"case {i}: {error}\n{Convert.ToBase64String(bytes)}");
            }
        });
        Console.WriteLine($"{tables} tables, {refused} plain errors");
        Assert.IsGreaterThan(Cases / 4, tables);
        Assert.IsGreaterThan(Cases / 100, refused);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> mutated = [.. bytes];
        for (int n = random.Next(1, 6); n > 0; n--)
        {
            int at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0: mutated[at] = spice[random.Next(spice.Length)]; break;
                case 1: mutated.Insert(at, spice[random.Next(spice.Length)]); break;
                case 2: mutated.RemoveAt(at); break;
                case 3: mutated.RemoveRange(at, random.Next(mutated.Count - at)); break;
                default: mutated.AddRange(mutated.GetRange(at, random.Next(mutated.Count - at))); break;
            }
            if (mutated.Count == 0) mutated.Add((byte)random.Next(256));
        }
        return [.. mutated];
    }
}
