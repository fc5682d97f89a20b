using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MLPipes.Cli;

namespace MLPipes.Tests.Cli;

/// <summary>What becomes of a search when the disk fills up, its folder vanishes, or it is asked to stop.</summary>
[TestClass]
public sealed class HardTimesTests
{
    private static readonly string data = Path.Combine(SharedFolder.Repository, "Samples", "data", "credit_g", "train.csv.gz");

    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-hard-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod, TestCategory("Slow"), OSCondition(OperatingSystems.Linux)]
    public void A_journal_that_can_not_grow_costs_the_journal_and_not_the_model()
    {
        // Files may not grow beyond 300 KiB: the journal will, the model does not.
        string command = $"trap '' XFSZ; ulimit -f 300; exec dotnet exec '{CliProcess.Command}' train '{data}' --label class --trials 9 --threads 2 --trainers lbfgs-logistic,naive-bayes,gam,lightgbm --single --json --out '{In("model.zip")}'";
        ProcessStartInfo start = new("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The runtime's own trick for writing code takes a file that would be too large as well.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";

        using Process process = Process.Start(start)!;
        (int code, string output, string error) = CliProcess.End(process);

        Assert.AreEqual(0, code, error);
        StringAssert.Contains(error, "went on without a journal");
        Assert.AreEqual(JsonValueKind.Object, JsonDocument.Parse(output).RootElement.ValueKind);
        Assert.IsGreaterThan(0, FittedPipeline.Load(In("model.zip")).Predict(Table.ReadCsv(data)).Values.Length);
        Assert.AreEqual(0, CliRun.Of("resume", In("model.zip.journal"), "--json").Code);
    }

    [TestMethod, TestCategory("Slow"), OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Asked_to_stop_it_keeps_the_best_so_far_and_can_go_on()
    {
        using Process process = CliProcess.Start("train", data, "--label", "class", "--time", "10m", "--threads", "2", "--out", In("model.zip"), "--json");
        string line;
        do line = process.StandardError.ReadLine() ?? "";
        while (line.Length > 0 && !line.Contains("lightgbm", StringComparison.Ordinal));
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();

        (int code, string output, string error) = CliProcess.End(process);

        Assert.AreEqual(0, code, error);
        Assert.AreEqual("cancelled", JsonDocument.Parse(output).RootElement.GetProperty("end").GetString());
        Assert.IsFalse(AutoSearch.Journal.IsEnded(In("model.zip.journal")));
        CliRun resumed = CliRun.Of("resume", In("model.zip.journal"), "--trials", "4", "--json");
        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Assert.AreEqual("trials", resumed.Json.GetProperty("end").GetString());
    }

    [TestMethod]
    public void A_model_whose_folder_has_gone_is_saved_elsewhere_and_the_exit_code_says_so()
    {
        string place = In("place");
        using MemoryStream bytes = new();
        using StreamWriter output = new(bytes, new UTF8Encoding(false)) { AutoFlush = true };
        using AtFirstWrite error = new(() =>
        {
            Directory.Delete(place, recursive: true);
            File.WriteAllText(place, "a file where the folder was");
        });

        int code = CommandLine.RunAsync(["train", Trained.Binary, "--label", "label", "--trials", "2", "--threads", "2", "--out", Path.Combine(place, "model.zip"), "--no-journal", "--json"], new Terminal
        {
            Out = output,
            OutBytes = bytes,
            Error = TextWriter.Synchronized(error),
            OpenInput = () => Stream.Null,
            Started = TimeProvider.System.GetUtcNow(),
        }).GetAwaiter().GetResult();

        Assert.AreEqual(ExitCodes.WrongInput, code, error.ToString());
        string saved = JsonDocument.Parse(Encoding.UTF8.GetString(bytes.ToArray())).RootElement.GetProperty("model").GetString()!;
        StringAssert.Contains(error.ToString(), $"The model is now '{saved}'");
        Assert.IsNotEmpty(FittedPipeline.Load(saved).Members);
        File.Delete(saved);
    }

    [TestMethod]
    public void A_journal_in_use_is_told_of_at_once()
    {
        string journal = In("model.zip.journal");
        Assert.AreEqual(0, CliRun.Of("train", Trained.Binary, "--label", "label", "--trials", "1", "--threads", "2", "--out", In("model.zip"), "--json").Code);
        using Microsoft.Data.Sqlite.SqliteConnection other = new($"Data Source={journal};Pooling=false");
        other.Open();
        using Microsoft.Data.Sqlite.SqliteCommand hold = other.CreateCommand();
        hold.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
        hold.ExecuteNonQuery();

        CliRun.Of("resume", journal).AssertRefused("in use by another mlpipes");
        CliRun.Of("train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("model.zip")).AssertRefused("in use by another mlpipes");
        CliRun.Of("train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("other.zip"), "--journal", journal).AssertRefused("in use by another mlpipes");
    }

    private string In(string name) => Path.Combine(folder, name);

    private sealed class AtFirstWrite(Action first) : StringWriter
    {
        private bool isWritten;

        public override void WriteLine(string? value)
        {
            if (!isWritten) first();
            isWritten = true;
            base.WriteLine(value);
        }
    }
}
