namespace MLPipes.Tests.Cli;

[TestClass, NeedsShared]
public sealed class NastyFilesTests
{
    private static readonly string[] refusedToTrain = ["constant_label.csv"];

    public static IEnumerable<string> Files => !Directory.Exists(SharedFolder.Path) ? [""] :
        Directory.EnumerateFiles(SharedFolder.Data("_nasty_visible", ""), "*.csv").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Files))]
    public void Every_verb_gives_a_result_or_one_clear_line(string file)
    {
        string data = SharedFolder.Data("_nasty_visible", file), model = Path.Combine(Trained.Folder, file + ".zip");
        CliRun profile = CliRun.Of("profile", data, "--label", "label", "--json");
        Assert.AreEqual(0, profile.Code, profile.Error);

        CliRun train = CliRun.Of("train", data, "--label", "label", "--trials", "1", "--threads", "2", "--out", model, "--json");
        if (refusedToTrain.Contains(file))
        {
            train.AssertRefused("same label 'yes'", "one class");
            return;
        }
        Assert.AreEqual(0, train.Code, train.Error);
        CliRun evaluate = CliRun.Of("evaluate", model, data, "--json"), predict = CliRun.Of("predict", model, data);

        Assert.AreEqual(0, evaluate.Code, evaluate.Error);
        Assert.AreEqual(0, predict.Code, predict.Error);
        Assert.AreEqual(train.Json.GetProperty("task").GetString(), evaluate.Json.GetProperty("task").GetString());
    }

    [TestMethod, DynamicData(nameof(Files))]
    public void A_model_of_another_table_refuses_them(string file)
    {
        CliRun.Of("evaluate", Trained.SeveralModel, SharedFolder.Data("_nasty_visible", file)).AssertRefused();
        CliRun.Of("predict", Trained.SeveralModel, SharedFolder.Data("_nasty_visible", file)).AssertRefused();
    }
}
