using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace MLPipes.Tests.Cli;

/// <summary>A search that is ended by force, again and again, loses nothing that it had completed and ends as if it had not been.</summary>
[TestClass]
public sealed class KillTests
{
    private const int UsualKills = 10;
    private static readonly string data = Path.Combine(SharedFolder.Repository, "Samples", "data", "credit_g");

    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-kill-").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    /// <summary>As many kills as the variable MLPIPES_KILLS says; 10 without it.</summary>
    [TestMethod, TestCategory("Slow")]
    public void A_search_killed_at_any_moment_goes_on_and_ends_as_the_unbroken_one()
    {
        int kills = Environment.GetEnvironmentVariable("MLPIPES_KILLS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : UsualKills;
        Random random = new(1);
        Stopwatch watch = Stopwatch.StartNew();
        (int code, string output, string error, double seconds) = CliProcess.Run(Train("unbroken.zip"));
        Assert.AreEqual(0, code, error);
        string expected = Summary(output);
        float[] predicted = Predict("unbroken.zip");

        int killed = 0, searches = 0, died = 0;
        while (killed < kills)
        {
            string model = $"{++searches}.zip", journal = In($"{model}.journal");
            Dictionary<long, string> before = [];
            string result = "";
            while (result.Length == 0)
            {
                bool isBegun = before.Count > 0 || IsBegun(journal);
                using Process process = CliProcess.Start(isBegun ? ["resume", journal, "--json"] : Train(model));
                // Once all kills are spent, the last search runs to its end.
                if (killed < kills && !process.WaitForExit(TimeSpan.FromSeconds(random.NextDouble() * seconds * 0.6)))
                {
                    process.Kill();
                    process.WaitForExit();
                    killed++;
                    if (!isBegun && !File.Exists(journal)) died++;
                    Dictionary<long, string> after = IsBegun(journal) ? Completed(journal) : [];
                    foreach ((long number, string trial) in before) Assert.AreEqual(trial, after.GetValueOrDefault(number), $"trial {number} after kill {killed}");
                    before = after;
                    continue;
                }
                (code, result, error) = CliProcess.End(process);
                Assert.AreEqual(0, code, error);
            }
            Assert.AreEqual(expected, Summary(result));
            CollectionAssert.AreEqual(predicted, Predict(model));
            foreach ((long number, string trial) in before) Assert.AreEqual(trial, Completed(journal).GetValueOrDefault(number), $"trial {number} at the end");
        }

        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{killed} kills in {searches} searches, {died} before there was a journal; {watch.Elapsed.TotalSeconds:0} s, one unbroken search {seconds:0.0} s"));
    }

    private string[] Train(string model) =>
    [
        "train", Path.Combine(data, "train.csv.gz"), "--label", "class", "--test", Path.Combine(data, "test.csv.gz"), "--trials", "12", "--threads", "2",
        "--trainers", "lightgbm,lbfgs-logistic,naive-bayes,k-nearest-neighbors,gam", "--out", In(model), "--json",
    ];

    private string In(string name) => Path.Combine(folder, name);

    private float[] Predict(string model) => FittedPipeline.Load(In(model)).Predict(Table.ReadCsv(Path.Combine(data, "test.csv.gz"))).Values;

    private static bool IsBegun(string journal) => File.Exists(journal) && AutoSearch.Journal.NotesOf(journal).Count > 0;

    /// <summary>All that the journal holds of each trial that ended, in short.</summary>
    private static Dictionary<long, string> Completed(string journal)
    {
        using SqliteConnection connection = new($"Data Source={journal};Pooling=false");
        connection.Open();
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT o.number, o.event, o.predictions, m.split, m.content FROM outcomes o LEFT JOIN models m ON m.number = o.number ORDER BY o.number, m.split";
        using SqliteDataReader reader = select.ExecuteReader();
        Dictionary<long, string> trials = [];
        while (reader.Read())
        {
            long number = reader.GetInt64(0);
            string known = trials.GetValueOrDefault(number, $"{reader.GetString(1)} {HashAt(reader, 2)}");
            trials[number] = reader.IsDBNull(3) ? known : $"{known} {reader.GetInt64(3)}:{HashAt(reader, 4)}";
        }
        return trials;
    }

    private static string HashAt(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? "-" : Convert.ToHexString(SHA256.HashData(reader.GetFieldValue<byte[]>(column)))[..16];

    /// <summary>What two searches that came to the same end have in common.</summary>
    private static string Summary(string output)
    {
        JsonElement json = JsonDocument.Parse(output).RootElement;
        IEnumerable<string> rows = json.GetProperty("leaderboard").EnumerateArray().Select(r => $"{r.GetProperty("trainer")} {r.GetProperty("score")}");
        return string.Join('\n', [$"{json.GetProperty("best")}", $"{json.GetProperty("validation")}", $"{json.GetProperty("test")}", $"{json.GetProperty("trials").GetProperty("completed")}", .. rows]);
    }
}
