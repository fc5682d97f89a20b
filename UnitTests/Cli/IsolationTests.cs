using MLPipes.AutoSearch;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class IsolationTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("mlpipes-isolation-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    [DataRow("auto")]
    [DataRow("InProcess")]
    [DataRow("native")]
    [DataRow("always")]
    public void Every_choice_trains_and_is_kept_in_the_journal(string choice)
    {
        CliRun run = CliRun.Of([.. Train($"{choice}.zip"), "--isolation", choice]);

        Assert.AreEqual(0, run.Code, run.Error);
        StringAssert.Contains(Journal.NotesOf(In($"{choice}.zip.journal"))["mlpipes-train"], $"\"Isolation\":\"{choice}\"", StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public void What_is_no_choice_is_refused() =>
        CliRun.Of([.. Train("never.zip"), "--isolation", "yes"]).AssertRefused("'yes'", "auto, inprocess, native or always");

    /// <summary>Workers need a temporary folder; where there is none, only those fits succeed that use no worker.</summary>
    [TestMethod]
    public void A_search_that_is_taken_up_isolates_as_it_was_begun_unless_told_otherwise()
    {
        string absent = In("absent");
        CliRun begun = CliRun.Of([.. Train("model.zip"), "--isolation", "always"]);
        string[] resume = ["resume", In("model.zip.journal"), "--trials", "4", "--json"];

        (int refused, string output, string error) = CliProcess.RunWithTemporaryFolder(absent, resume);
        (int resumed, _, string problem) = CliProcess.RunWithTemporaryFolder(absent, [.. resume, "--isolation", "inprocess"]);

        Assert.AreEqual(0, begun.Code, begun.Error);
        Assert.AreEqual(2, refused, error);
        Assert.AreEqual("", output);
        StringAssert.Contains(error, "worker processes, which can't be started");
        Assert.AreEqual(0, resumed, problem);
    }

    private string[] Train(string model) => ["train", Trained.Binary, "--label", "label", "--trials", "3", "--trainers", "naive-bayes,lightgbm", "--threads", "2", "--out", In(model), "--json"];

    private string In(string name) => Path.Combine(folder, name);
}
