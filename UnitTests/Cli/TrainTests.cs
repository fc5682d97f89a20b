using System.Diagnostics;
using System.Text.Json;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class TrainTests
{
    [TestMethod]
    public void Json_has_the_promised_shape()
    {
        CliRun run = Trained.BinaryTraining.Value;

        Assert.AreEqual(0, run.Code, run.Error);
        JsonElement json = run.Json;
        CollectionAssert.IsSubsetOf(
            new[] { "task", "label", "metric", "seconds_budget", "seconds_wall", "trials", "best", "leaderboard", "test", "model" },
            json.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual(("binary", "label", "auc"), (json.GetProperty("task").GetString(), json.GetProperty("label").GetString(), json.GetProperty("metric").GetString()));
        Assert.AreEqual(JsonValueKind.Null, json.GetProperty("seconds_budget").ValueKind);
        Assert.IsGreaterThan(0, json.GetProperty("seconds_wall").GetDouble());
        foreach (string count in (string[])["completed", "failed", "skipped"]) Assert.IsGreaterThanOrEqualTo(0, json.GetProperty("trials").GetProperty(count).GetInt32());
        Assert.IsNotNull(json.GetProperty("best").GetProperty("trainer").GetString());
        Assert.AreEqual(JsonValueKind.Number, json.GetProperty("best").GetProperty("score").ValueKind);
        JsonElement first = json.GetProperty("leaderboard")[0];
        CollectionAssert.AreEqual(new[] { "trainer", "score", "seconds" }, first.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.IsTrue(File.Exists(json.GetProperty("model").GetString()));
    }

    [TestMethod]
    public void Test_metrics_have_the_promised_keys()
    {
        CollectionAssert.IsSubsetOf(new[] { "auc", "auprc", "logloss", "accuracy", "balanced_accuracy", "f1", "f1_macro", "mcc", "brier", "ece" }, TestKeys(Trained.BinaryTraining.Value));
        CollectionAssert.IsSubsetOf(new[] { "auc", "logloss", "accuracy", "balanced_accuracy", "f1_macro", "mcc" }, TestKeys(Trained.SeveralTraining.Value));
        CollectionAssert.AreEqual(new[] { "rmse", "mae", "mape", "r2" }, TestKeys(Trained.NumbersTraining.Value));
    }

    [TestMethod]
    public void Events_go_to_TensorBoard_where_asked_for_and_a_bad_folder_is_our_users_mistake()
    {
        string folder = Path.Combine(Trained.Folder, "board");

        CliRun run = CliRun.Of("train", Trained.Binary, "--label", "label", "--trials", "1", "--threads", "2", "--out", Path.Combine(Trained.Folder, "board.zip"), "--tensorboard", folder);
        CliRun refused = CliRun.Of("train", Trained.Binary, "--label", "label", "--trials", "1", "--threads", "2", "--tensorboard", Path.Combine(Trained.Binary, "below"));

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.IsGreaterThan(100, new FileInfo(Directory.GetFiles(folder).Single()).Length);
        Assert.AreEqual(2, refused.Code, refused.Error);
        StringAssert.Contains(refused.Error, "TensorBoard");
    }

    [TestMethod]
    public void Progress_goes_to_standard_error_alone()
    {
        CliRun run = Trained.BinaryTraining.Value;

        StringAssert.Contains(run.Error, "best so far");
        Assert.AreEqual('{', run.Out[0]);
    }

    [TestMethod]
    public void Without_json_people_get_a_report()
    {
        CliRun run = CliRun.Of("train", Trained.Binary, "--label", "label", "--trials", "1", "--threads", "2", "--out", Path.Combine(Trained.Folder, "report.zip"), "--test", Trained.Binary);

        Assert.AreEqual(0, run.Code, run.Error);
        foreach (string part in (string[])["trainer", "validated", "test", "report.zip"]) StringAssert.Contains(run.Out, part);
        Assert.DoesNotContain("\u001b[", run.Out);
    }

    [TestMethod, TestCategory("Slow")]
    public void A_time_budget_holds()
    {
        Stopwatch watch = Stopwatch.StartNew();

        CliRun run = CliRun.Of("train", Trained.Several, "--label", "kind", "--time", "5s", "--threads", "2", "--out", Path.Combine(Trained.Folder, "timed.zip"), "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.IsLessThan(8, watch.Elapsed.TotalSeconds);
        Assert.AreEqual(5, run.Json.GetProperty("seconds_budget").GetDouble());
    }

    [TestMethod]
    public void What_is_wrong_is_told_before_the_budget_is_spent()
    {
        Stopwatch watch = Stopwatch.StartNew();
        string[] good = ["train", Trained.Binary, "--label", "label", "--time", "1h"];
        string blocked = Trained.FileOf("blocked", "a file, not a folder");

        CliRun.Of([.. good, "--out", Trained.Folder]).AssertRefused("--out", "folder");
        CliRun.Of([.. good, "--out", Path.Combine(blocked, "model.zip")]).AssertRefused("--out", "can't be written");
        CliRun.Of([.. good, "--metric", "nonsense"]).AssertRefused("nonsense", "auc");
        CliRun.Of([.. good, "--metric", "rmse"]).AssertRefused("rmse", "binary");
        CliRun.Of([.. good, "--test", "absent.csv"]).AssertRefused("absent.csv");
        CliRun.Of([.. good, "--test", Trained.Numbers]).AssertRefused("numbers.csv", "size");
        CliRun.Of([.. good, "--test", Trained.FileOf("other-label.csv", "size,color,note,label\n1,red,x,maybe\n")]).AssertRefused("maybe");
        CliRun.Of([.. good, "--test", Trained.FileOf("no-label.csv", "size,color,note,label\n1,red,x,\n")]).AssertRefused("no row with a label");
        CliRun.Of([.. good, "--ignore", "colour"]).AssertRefused("Did you mean 'color'?");
        CliRun.Of([.. good, "--weight", "absent"]).AssertRefused("'absent'");
        CliRun.Of([.. good, "--group", "label"]).AssertRefused("label");
        CliRun.Of([.. good, "--ignore", "size,color,note"]).AssertRefused("no column is left");
        CliRun.Of([.. good, "--task", "regression"]).AssertRefused("numbers for a regression");
        CliRun.Of("train", Trained.Binary, "--label", "labl", "--time", "1h").AssertRefused("Did you mean 'label'?");

        Assert.IsLessThan(60, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [DataRow("--time", "soon")]
    [DataRow("--time", "0s")]
    [DataRow("--time", "-5s")]
    [DataRow("--time", "1000000h")]
    [DataRow("--trials", "0")]
    [DataRow("--trials", "1.5")]
    [DataRow("--seed", "-1")]
    [DataRow("--threads", "0")]
    [DataRow("--memory", "4q")]
    [DataRow("--memory", "1k")]
    [DataRow("--task", "clustering")]
    public void Options_out_of_their_range_are_refused(string option, string value) =>
        CliRun.Of("train", Trained.Binary, "--label", "label", option, value).AssertRefused(value);

    [TestMethod]
    public void Durations_and_sizes_are_read_in_every_unit()
    {
        CliRun run = CliRun.Of("train", Trained.Binary, "--label", "label", "--time", "1.5m", "--memory", "4GiB", "--trials", "1", "--threads", "2",
            "--out", Path.Combine(Trained.Folder, "units.zip"), "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(90, run.Json.GetProperty("seconds_budget").GetDouble());
    }

    [TestMethod]
    public void Interrupted_before_a_result_is_neither_success_nor_a_stack_trace()
    {
        CliRun run = CliRun.With(() => Stream.Null, new CancellationToken(canceled: true), "train", Trained.Binary, "--label", "label", "--out", Path.Combine(Trained.Folder, "never.zip"));

        Assert.AreEqual(130, run.Code);
        StringAssert.StartsWith(run.Error[run.Error.IndexOf("error:", StringComparison.Ordinal)..], "error: interrupted");
    }

    private static string[] TestKeys(CliRun run)
    {
        Assert.AreEqual(0, run.Code, run.Error);
        return [.. run.Json.GetProperty("test").EnumerateObject().Select(p => p.Name)];
    }
}
