using System.Text.Json;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class ResumeTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-resume-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void More_trials_give_what_the_unbroken_run_gives()
    {
        CliRun whole = Train("whole.zip", "--trials", "6", "--no-journal");
        CliRun part = Train("part.zip", "--trials", "2", "--test", Trained.Binary);

        CliRun resumed = CliRun.Of("resume", In("part.zip.journal"), "--trials", "6", "--json");

        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Assert.IsFalse(File.Exists(In("whole.zip.journal")));
        Assert.AreEqual(JsonValueKind.Null, whole.Json.GetProperty("journal").ValueKind);
        Assert.AreEqual(In("part.zip.journal"), part.Json.GetProperty("journal").GetString());
        Assert.AreEqual(Scores(whole), Scores(resumed));
        Assert.AreEqual(JsonValueKind.Object, resumed.Json.GetProperty("test").ValueKind);
        Assert.AreEqual(CliRun.Of("predict", In("whole.zip"), Trained.Binary).Out, CliRun.Of("predict", In("part.zip"), Trained.Binary).Out);
    }

    [TestMethod]
    public void Data_that_has_changed_is_refused()
    {
        string data = In("data.csv");
        File.Copy(Trained.Binary, data);
        Assert.AreEqual(0, CliRun.Of("train", data, "--label", "label", "--trials", "1", "--threads", "2", "--out", In("model.zip"), "--json").Code);
        File.AppendAllText(data, "0.5,red,n,yes\n");

        CliRun.Of("resume", In("model.zip.journal"), "--trials", "2").AssertRefused("model.zip.journal", "the data has changed");
        File.WriteAllText(data, "size,label\n1,yes\n2,no\n");
        CliRun.Of("resume", In("model.zip.journal"), "--trials", "2").AssertRefused("no such column any more");
        File.Delete(data);
        CliRun.Of("resume", In("model.zip.journal"), "--trials", "2").AssertRefused("data.csv");
    }

    [TestMethod]
    public void What_is_no_journal_is_refused()
    {
        string text = In("text.journal"), empty = In("empty.journal");
        File.WriteAllText(text, new string('x', 3000));
        File.WriteAllText(empty, "");

        CliRun.Of("resume", In("absent.journal")).AssertRefused("no journal", "absent.journal");
        CliRun.Of("resume", text).AssertRefused("text.journal");
        CliRun.Of("resume", empty).AssertRefused("empty.journal", "train again");
        CliRun.Of("resume").AssertRefused("<journal> is missing");
    }

    [TestMethod]
    public void A_finished_journal_makes_room_and_an_interrupted_one_is_moved_aside()
    {
        Train("model.zip", "--trials", "2");
        CliRun again = Train("model.zip", "--trials", "3", "--seed", "2");
        using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={In("model.zip.journal")};Pooling=false"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand delete = connection.CreateCommand();
            delete.CommandText = "DELETE FROM study WHERE key = 'end'";
            delete.ExecuteNonQuery();
        }

        CliRun third = Train("model.zip", "--trials", "1");
        CliRun resumed = CliRun.Of("resume", In("model.zip.journal.unfinished"), "--json", "--out", In("other.zip"));

        Assert.AreEqual(3, again.Json.GetProperty("leaderboard").GetArrayLength());
        StringAssert.Contains(third.Error, "model.zip.journal.unfinished");
        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Assert.AreEqual(Scores(again), Scores(resumed));
        Assert.IsTrue(File.Exists(In("other.zip")));
    }

    [TestMethod]
    public void A_search_starts_from_a_model_and_from_a_journal()
    {
        Train("first.zip", "--trials", "4");

        foreach (string from in (string[])["first.zip", "first.zip.journal"])
        {
            CliRun warm = Train("warm.zip", "--trials", "1", "--start-from", In(from));
            Assert.AreNotEqual("constant", warm.Json.GetProperty("best").GetProperty("trainer").GetString());
        }
        CliRun.Of("train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("x.zip"), "--start-from", Trained.Binary).AssertRefused("binary.csv");
        CliRun.Of("train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("x.zip"), "--start-from", In("absent.zip")).AssertRefused("absent.zip");
    }

    [TestMethod]
    public void Trainers_are_chosen_by_name()
    {
        CliRun only = Train("only.zip", "--trials", "4", "--trainers", "naive-bayes,lbfgs-logistic", "--without", "naive-bayes", "--no-journal");

        string?[] used = [.. only.Json.GetProperty("leaderboard").EnumerateArray().Select(r => r.GetProperty("trainer").GetString()).Distinct().Order()];
        CollectionAssert.AreEqual(new[] { "constant", "lbfgs-logistic" }, used);
        string[] good = ["train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("x.zip")];
        CliRun.Of([.. good, "--trainers", "lightgmb"]).AssertRefused("Did you mean 'lightgbm'?");
        CliRun.Of([.. good, "--without", "nothing-like-it"]).AssertRefused("'nothing-like-it' is no trainer");
        CliRun.Of([.. good, "--trainers", "constant", "--without", "constant"]).AssertRefused("no trainer is left");
    }

    [TestMethod]
    public void Patience_ends_a_search()
    {
        CliRun run = Train("patient.zip", "--trials", "400", "--trainers", "naive-bayes", "--patience", "3", "--no-journal");

        Assert.Contains(run.Json.GetProperty("end").GetString(), new[] { "patience", "exhausted" });
        string[] good = ["train", Trained.Binary, "--label", "label", "--time", "1h", "--out", In("x.zip")];
        CliRun.Of([.. good, "--patience", "0"]).AssertRefused("--patience");
        CliRun.Of([.. good, "--patience", "5x"]).AssertRefused("--patience");
        CliRun.Of([.. good, "--max-latency", "-1"]).AssertRefused("--max-latency");
        CliRun.Of([.. good, "--max-models", "0"]).AssertRefused("--max-models");
        CliRun.Of([.. good, "--journal", In("j"), "--no-journal"]).AssertRefused("--no-journal");
        CliRun.Of([.. good, "--journal", folder]).AssertRefused("--journal", "folder");
    }

    private CliRun Train(string model, params string[] more)
    {
        CliRun run = CliRun.Of(["train", Trained.Binary, "--label", "label", "--threads", "2", "--out", In(model), "--json", .. more]);
        Assert.AreEqual(0, run.Code, run.Error);
        return run;
    }

    private string In(string name) => Path.Combine(folder, name);

    private static string Scores(CliRun run) => $"{run.Json.GetProperty("best")} {run.Json.GetProperty("validation")} {string.Join(' ', run.Json.GetProperty("leaderboard").EnumerateArray().Select(r => r.GetProperty("score")))}";
}
