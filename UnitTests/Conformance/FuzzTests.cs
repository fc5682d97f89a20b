using System.Globalization;
using System.IO.Compression;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>Mutated tables and bundles end in a result or in one of our errors: never in another exception, never in a hang.</summary>
/// <remarks>MLPIPES_FUZZ_CASES asks for more cases than the 20,000 of every run; MLPIPES_FUZZ_SEED for others.</remarks>
[TestClass, DoNotParallelize]
public sealed class FuzzTests
{
    private const int TrainEvery = 1_000;
    private static readonly int cases = Setting("MLPIPES_FUZZ_CASES", 20_000);
    private static readonly int seed = Setting("MLPIPES_FUZZ_SEED", 1);
    private static readonly string[] seeds = [Plain(), Quoted(), European()];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, TestCategory("Slow"), Timeout(15 * 60 * 1000, CooperativeCancellation = true)]
    public void Mutated_tables_are_read_profiled_and_predicted_or_refused()
    {
        FittedPipeline[] models = [.. seeds.Select(text => Train(Read(Encoding.UTF8.GetBytes(text))))];
        int refused = 0, trained = 0, count = cases * 3 / 4;
        Parallel.For(0, count, i =>
        {
            Random random = RandomOf(i);
            int kind = i % seeds.Length;
            byte[] mutant = Mutate(Encoding.UTF8.GetBytes(seeds[kind]), random);
            try
            {
                Table table = Read(mutant);
                TableProfile.Of(table, table.Find("label") is null ? null : "label");
                Predictions predictions = models[kind].Predict(table, threads: 1);
                Assert.AreEqual(table.RowCount * predictions.Outputs, predictions.Values.Length);
                if (i % TrainEvery == 0)
                {
                    Train(table);
                    Interlocked.Increment(ref trained);
                }
            }
            catch (MLPipesException error)
            {
                Interlocked.Increment(ref refused);
                Assert.DoesNotContain("   at ", error.Message);
            }
            catch (Exception error) when (error is not UnitTestAssertException)
            {
                Assert.Fail($"case {i} of seed {seed}: {error}\n{Convert.ToBase64String(mutant)}");
            }
        });

        TestContext.WriteLine($"{count} tables: {refused} refused, {trained} trained on");
        Assert.IsGreaterThan(count / 100, refused);
        Assert.IsLessThan(count * 99 / 100, refused);
    }

    [TestMethod, TestCategory("Slow"), Timeout(15 * 60 * 1000, CooperativeCancellation = true)]
    public void Mutated_bundles_are_loaded_and_predict_or_refused()
    {
        Table table = Read(Encoding.UTF8.GetBytes(seeds[1]));
        using MemoryStream saved = new();
        Train(table).Save(saved);
        byte[] bundle = saved.ToArray();
        int refused = 0, count = cases / 4;
        Parallel.For(0, count, i =>
        {
            Random random = RandomOf(~i);
            byte[] mutant = i % 4 == 0 ? Mutate(bundle, random) : MutateEntry(bundle, random);
            try
            {
                FittedPipeline.Load(new MemoryStream(mutant)).Predict(table, threads: 1);
            }
            catch (MLPipesException)
            {
                Interlocked.Increment(ref refused);
            }
            catch (Exception error) when (error is not UnitTestAssertException)
            {
                Assert.Fail($"case {i} of seed {seed}: {error}");
            }
        });

        TestContext.WriteLine($"{count} bundles: {refused} refused");
        Assert.IsGreaterThan(count / 4, refused);
    }

    // The same in each process, which a combined hash code is not.
    private static Random RandomOf(int number) => new(unchecked((seed * 1_000_003) + number));

    private static Table Read(byte[] bytes) => Table.ReadCsv(new MemoryStream(bytes), name: "mutant.csv");

    private static FittedPipeline Train(Table table)
    {
        TableProfile profile = TableProfile.Of(table, "label");
        // Fine-tuning the suite's encoder would take longer than all cases.
        TrainerEntry[] trainers = [.. Catalog.Trainers.Where(t => !t.Card.Needs.HasFlag(Needs.TokenIds))];
        StudyOptions options = new() { Data = table, Roles = profile.Roles, Trainers = trainers, Trials = 3, Threads = 1, Time = TimeSpan.FromSeconds(20) };
        return new Study(options).RunAsync().GetAwaiter().GetResult().Pipeline;
    }

    private static byte[] Mutate(byte[] source, Random random)
    {
        List<byte> bytes = [.. source];
        for (int edits = 1 + random.Next(6); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(1 + random.Next(40), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.Insert(at, Troublesome[random.Next(Troublesome.Length)]); break;
                case 5: bytes.InsertRange(at, Encoding.UTF8.GetBytes(words[random.Next(words.Length)])); break;
                case 6: bytes.RemoveRange(at, bytes.Count - at); break;
                default: (bytes[at], bytes[^1]) = (bytes[^1], bytes[at]); break;
            }
        }
        return [.. bytes];
    }

    private static ReadOnlySpan<byte> Troublesome => "\",;\t|\r\n\0\u00ff-+.eE%$ "u8;

    private static readonly string[] words = ["1e999", "-inf", "NaN", "NULL", "\"\"", "\r\n\r\n", "\"a\nb\"", "1.234,56", "2024-02-30", "99999999999999999999", "\uFEFF", "ß漢字🙂"];

    private static byte[] MutateEntry(byte[] bundle, Random random)
    {
        using MemoryStream result = new();
        using (ZipArchive source = new(new MemoryStream(bundle)))
        using (ZipArchive target = new(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            int victim = random.Next(source.Entries.Count);
            for (int i = 0; i < source.Entries.Count; i++)
            {
                using MemoryStream content = new();
                using (Stream entry = source.Entries[i].Open()) entry.CopyTo(content);
                byte[] bytes = i != victim ? content.ToArray() : random.Next(3) == 0 ? Mutate(content.ToArray(), random) : Flip(content.ToArray(), random);
                using Stream written = target.CreateEntry(source.Entries[i].FullName, CompressionLevel.NoCompression).Open();
                written.Write(bytes);
            }
        }
        return result.ToArray();
    }

    /// <summary>Changes bytes and keeps the length, so that a reader gets past the lengths to the values.</summary>
    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (int edits = 1 + random.Next(4); edits > 0 && bytes.Length > 0; edits--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static string Plain()
    {
        StringBuilder text = new("size,colour,seen,when,label\n");
        for (int i = 0; i < 40; i++) text.Append(CultureInfo.InvariantCulture, $"{i * 1.5},{(i % 3 == 0 ? "red" : "blue")},{(i % 2 == 0 ? "true" : "false")},2024-01-{1 + (i % 28):00},{(i % 4 < 2 ? "yes" : "no")}\n");
        return text.ToString();
    }

    private static string Quoted()
    {
        StringBuilder text = new("id,comment,amount,label\r\n");
        for (int i = 0; i < 40; i++) text.Append(CultureInfo.InvariantCulture, $"A{i:0000},\"said \"\"{(i % 2 == 0 ? "good" : "bad")}\"\",\nthen left in row {i}\",{(i % 7 == 0 ? "" : (i * 100).ToString(CultureInfo.InvariantCulture))},{(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c")}\r\n");
        return text.ToString();
    }

    private static string European()
    {
        StringBuilder text = new("menge;preis;anteil;label\n");
        for (int i = 0; i < 40; i++) text.Append(CultureInfo.InvariantCulture, $"{i};1.{100 + i},50;{i % 100}%;{i},{i % 10}\n");
        return text.ToString();
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) && value > 0 ? value : standard;
}
