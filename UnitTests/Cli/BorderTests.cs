namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class BorderTests
{
    [TestMethod]
    public void Nothing_asked_shows_how_to_ask() => CliRun.Of().AssertRefused("--help");

    [TestMethod]
    public void An_unknown_verb_is_refused_with_the_nearest() => CliRun.Of("trian", "x.csv").AssertRefused("'trian'", "train");

    [TestMethod]
    public void An_unknown_option_is_refused() => CliRun.Of("profile", Trained.Binary, "--lable", "x").AssertRefused("--lable");

    [TestMethod]
    public void Missing_arguments_are_refused_in_one_line() => CliRun.Of("train").AssertRefused("--label", "<data> is missing");

    [TestMethod]
    public void Help_is_no_error()
    {
        foreach (string verb in (string[])["train", "pretrain", "evaluate", "predict", "profile", "list", "doctor"])
        {
            CliRun run = CliRun.Of(verb, "--help");

            Assert.AreEqual(0, run.Code);
            StringAssert.Contains(run.Out, verb);
            StringAssert.Contains(run.Out, "Usage:");
        }
    }

    [TestMethod]
    [DataRow("evaluate")]
    [DataRow("predict")]
    public void Wrong_model_files_are_refused(string verb)
    {
        byte[] bytes = File.ReadAllBytes(Trained.NumbersModel);
        string cut = Path.Combine(Trained.Folder, "cut.zip");
        File.WriteAllBytes(cut, bytes[..(bytes.Length / 2)]);

        CliRun.Of(verb, "absent.zip", Trained.Numbers).AssertRefused("absent.zip");
        CliRun.Of(verb, Trained.Numbers, Trained.Numbers).AssertRefused("numbers.csv");
        CliRun.Of(verb, cut, Trained.Numbers).AssertRefused("cut.zip");
        CliRun.Of(verb, Trained.Folder, Trained.Numbers).AssertRefused();
        CliRun.Of(verb, Trained.FileOf("empty.zip", ""), Trained.Numbers).AssertRefused("empty.zip");
    }

    [TestMethod]
    public void Wrong_data_files_are_refused_by_every_verb()
    {
        string binary = Path.Combine(Trained.Folder, "noise.csv");
        byte[] noise = new byte[4000];
        new Random(3).NextBytes(noise);
        File.WriteAllBytes(binary, noise);
        foreach (string data in (string[])["absent.csv", Trained.Folder, Trained.FileOf("empty.csv", ""), binary])
        {
            CliRun.Of("train", data, "--label", "y", "--out", Path.Combine(Trained.Folder, "m.zip")).AssertRefused();
            CliRun.Of("evaluate", Trained.NumbersModel, data).AssertRefused();
            CliRun.Of("predict", Trained.NumbersModel, data).AssertRefused();
            CliRun.Of("profile", data, "--label", "y").AssertRefused();
        }
    }

    [TestMethod]
    public void A_fault_of_ours_is_one_line_with_exit_code_1()
    {
        CliRun run = CliRun.With(() => throw new InvalidOperationException("broken\npipe"), CancellationToken.None, "predict", Trained.NumbersModel, "-");

        Assert.AreEqual(1, run.Code);
        Assert.AreEqual("error: a fault of mlpipes, not of your input: InvalidOperationException: broken pipe. Set MLPIPES_TRACE=1 to see where, and report it.", run.Error.TrimEnd());
    }

    [TestMethod]
    public void Profile_prints_one_document_or_a_table()
    {
        CliRun json = CliRun.Of("profile", Trained.Binary, "--label", "label", "--json"), text = CliRun.Of("profile", Trained.Binary);

        Assert.AreEqual(("binary", 240), (json.Json.GetProperty("task").GetString(), json.Json.GetProperty("rows").GetInt32()));
        CollectionAssert.AreEqual(new[] { "size", "color", "note", "label" }, json.Json.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual("label", json.Json.GetProperty("columns")[3].GetProperty("role").GetString());
        StringAssert.Contains(text.Out, "240 rows, 4 columns");
        Assert.AreEqual(System.Text.Json.JsonValueKind.Null, CliRun.Of("profile", Trained.Binary, "--json").Json.GetProperty("task").ValueKind);
    }

    [TestMethod]
    [DataRow("trainers", "tasks")]
    [DataRow("featurizers", "role")]
    public void List_prints_one_document_or_a_table(string what, string property)
    {
        CliRun json = CliRun.Of("list", what, "--json"), text = CliRun.Of("list", what);

        Assert.IsGreaterThan(5, json.Json.GetArrayLength());
        foreach (System.Text.Json.JsonElement entry in json.Json.EnumerateArray())
        {
            Assert.IsTrue(entry.TryGetProperty(property, out _));
            StringAssert.Contains(text.Out, entry.GetProperty("key").GetString()!);
        }
    }

    [TestMethod]
    public void List_of_anything_else_is_refused() => CliRun.Of("list", "models").AssertRefused("trainers");

    [TestMethod]
    public void Doctor_says_what_the_machine_has()
    {
        CliRun json = CliRun.Of("doctor", "--json"), text = CliRun.Of("doctor");

        Assert.AreEqual(0, json.Code);
        CollectionAssert.IsSubsetOf(new[] { "cores", "memory", "LightGBM", "GPU" }, json.Json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("what").GetString()).ToArray());
        StringAssert.Contains(text.Out, "cores");
    }
}
