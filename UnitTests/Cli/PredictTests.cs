using System.Text.Json;

namespace MLPipes.Tests.Cli;

[TestClass]
public sealed class PredictTests
{
    [TestMethod]
    public void Input_columns_stay_untouched_and_predictions_stand_beside_them()
    {
        string[] input = File.ReadAllLines(Trained.Binary);

        CliRun run = CliRun.Of("predict", Trained.BinaryModel, Trained.Binary);

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(input[0] + ",prediction,probability_no,probability_yes", run.OutLines[0]);
        Assert.HasCount(input.Length, run.OutLines);
        for (int i = 1; i < input.Length; i++)
        {
            StringAssert.StartsWith(run.OutLines[i], input[i] + ",");
            string[] added = run.OutLines[i][(input[i].Length + 1)..].Split(',');
            Assert.AreEqual(1, Value(added[1]) + Value(added[2]), 1e-5);
            Assert.AreEqual(Value(added[2]) >= 0.5 ? "yes" : "no", added[0]);
        }
    }

    [TestMethod]
    public void Standard_input_gives_the_same_as_the_file()
    {
        CliRun file = CliRun.Of("predict", Trained.SeveralModel, Trained.Several), input = CliRun.WithInput(File.ReadAllText(Trained.Several), "predict", Trained.SeveralModel, "-");

        Assert.AreEqual(file.Out, input.Out);
        StringAssert.EndsWith(file.OutLines[0], "prediction,probability_a,probability_b,probability_c");
    }

    [TestMethod]
    public void A_file_gets_the_same_as_standard_output()
    {
        string path = Path.Combine(Trained.Folder, "predicted", "out.csv");

        CliRun run = CliRun.Of("predict", Trained.NumbersModel, Trained.Numbers, "--out", path);

        Assert.AreEqual((0, ""), (run.Code, run.Out));
        Assert.AreEqual(CliRun.Of("predict", Trained.NumbersModel, Trained.Numbers).Out, File.ReadAllText(path));
        StringAssert.StartsWith(File.ReadLines(path).First(), "a,b,price,prediction");
    }

    [TestMethod]
    public void Extra_columns_are_kept_and_the_label_is_not_needed()
    {
        CliRun run = CliRun.WithInput("b;extra;a\n3;007;0,5\n4; x ;0.25\n", "predict", Trained.NumbersModel, "-");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("b;extra;a;prediction", run.OutLines[0]);
        StringAssert.StartsWith(run.OutLines[1], "3;007;0,5;");
        StringAssert.StartsWith(run.OutLines[2], "4; x ;0.25;");
    }

    [TestMethod]
    public void Missing_columns_are_named() => CliRun.WithInput("a,price\n1,2\n", "predict", Trained.NumbersModel, "-").AssertRefused("'b'");

    [TestMethod]
    public void A_column_already_called_prediction_is_refused() =>
        CliRun.WithInput("a,b,prediction\n1,2,3\n", "predict", Trained.NumbersModel, "-").AssertRefused("prediction");

    [TestMethod]
    public void Rows_are_predicted_alike_alone_and_together()
    {
        string[] lines = File.ReadAllLines(Trained.Numbers);
        string[] all = CliRun.Of("predict", Trained.NumbersModel, Trained.Numbers).OutLines;

        CliRun one = CliRun.WithInput($"{lines[0]}\n{lines[9]}\n", "predict", Trained.NumbersModel, "-");

        Assert.AreEqual(all[9], one.OutLines[1]);
    }

    [TestMethod]
    public void Only_a_header_gives_only_a_header()
    {
        CliRun run = CliRun.WithInput("a,b\n", "predict", Trained.NumbersModel, "-");

        if (run.Code == 0) Assert.AreEqual("a,b,prediction", run.OutLines.Single());
        else run.AssertRefused();
    }

    [TestMethod]
    public void Json_lines_are_predicted_and_written_as_delimited_text()
    {
        string path = Trained.FileOf("rows.jsonl", "{\"a\":0.5,\"b\":3,\"who\":\"x\"}\n{\"a\":0.25,\"b\":4,\"who\":\"y, z\"}\n");

        CliRun run = CliRun.Of("predict", Trained.NumbersModel, path);

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual("a,b,who,prediction", run.OutLines[0]);
        StringAssert.StartsWith(run.OutLines[2], "0.25,4,\"y, z\",");
    }

    [TestMethod]
    public void Evaluate_prints_the_promised_document()
    {
        CliRun run = CliRun.Of("evaluate", Trained.BinaryModel, Trained.Binary, "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(("binary", 240), (run.Json.GetProperty("task").GetString(), run.Json.GetProperty("rows").GetInt32()));
        Assert.AreEqual(JsonValueKind.Number, run.Json.GetProperty("metrics").GetProperty("auc").ValueKind);
        Assert.AreEqual(240, run.Json.GetProperty("confusion").EnumerateArray().Sum(r => r.EnumerateArray().Sum(c => c.GetInt32())));
    }

    [TestMethod]
    public void Evaluate_agrees_with_the_test_scores_of_train()
    {
        double trained = Trained.NumbersTraining.Value.Json.GetProperty("test").GetProperty("rmse").GetDouble();

        CliRun run = CliRun.Of("evaluate", Trained.NumbersModel, Trained.Numbers, "--json");

        Assert.AreEqual(trained, run.Json.GetProperty("metrics").GetProperty("rmse").GetDouble(), 1e-9);
    }

    [TestMethod]
    public void Evaluate_shows_people_a_table()
    {
        CliRun run = CliRun.Of("evaluate", Trained.SeveralModel, Trained.Several);

        foreach (string part in (string[])["logloss", "balanced_accuracy", "true \\ predicted"]) StringAssert.Contains(run.Out, part);
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out_of_evaluation_and_counted()
    {
        string path = Trained.FileOf("gaps.csv", File.ReadAllText(Trained.Numbers) + "0.5,3,\n");

        CliRun run = CliRun.Of("evaluate", Trained.NumbersModel, path, "--json");

        Assert.AreEqual(240, run.Json.GetProperty("rows").GetInt32());
        StringAssert.Contains(run.Error, "1 of 241 rows");
    }

    [TestMethod]
    public void A_single_class_leaves_auc_null()
    {
        string path = Trained.FileOf("one-class.csv", "size,color,note,label\n0.5,red,x,yes\n0.25,blue,y,yes\n");

        CliRun run = CliRun.Of("evaluate", Trained.BinaryModel, path, "--json");

        Assert.AreEqual(0, run.Code, run.Error);
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("metrics").GetProperty("auc").ValueKind);
    }

    private static double Value(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
