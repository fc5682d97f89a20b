using System.IO.Compression;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class DecisionTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, 1)]
    [DataRow(MLTask.Binary, 2)]
    [DataRow(MLTask.Multiclass, 1)]
    [DataRow(MLTask.Multiclass, 2)]
    public void Calibration_follows_its_formula_in_batches_and_in_single_rows(MLTask task, int members)
    {
        FittedPipeline plain = Fixtures.Linear(task, members), calibrated = With(plain, new Decision { Slope = 1.7f, Offset = task == MLTask.Binary ? -0.4f : 0 });
        Table table = Fixtures.Rows(task);

        float[] before = plain.Predict(table).Values, after = calibrated.Predict(table).Values;

        int outputs = plain.Schema.Classes.Count > 2 ? 3 : 1;
        for (int i = 0; i < before.Length; i += outputs)
        {
            double sum = 0;
            for (int k = 0; k < outputs; k++) sum += Math.Pow(before[i + k], 1.7);
            for (int k = 0; k < outputs; k++)
            {
                double p = before[i + k];
                double expected = outputs == 1 ? 1 / (1 + Math.Exp(-((1.7 * Math.Log(p / (1 - p))) - 0.4))) : Math.Pow(p, 1.7) / sum;
                Assert.AreEqual(expected, after[i + k], 1e-5);
            }
        }
        RowScorer scorer = calibrated.CreateRowScorer();
        float[] row = new float[scorer.Outputs];
        NumberColumn a = (NumberColumn)table["a"];
        for (int i = 0; i < 10; i++)
        {
            for (int c = 0; c < scorer.Inputs.Count; c++) scorer.Buffer.SetNumber(c, scorer.Inputs[c].Name == "a" ? a.Values[i] : ((BooleanColumn)table["c"]).Values[i]);
            scorer.Predict(row);
            for (int k = 0; k < outputs; k++) Assert.AreEqual(after[(i * outputs) + k], row[k], 1e-6f);
        }
    }

    [TestMethod]
    public void A_threshold_decides_the_class_everywhere()
    {
        FittedPipeline plain = Fixtures.Linear(MLTask.Binary), strict = With(plain, new Decision { Threshold = 0.6f });
        Table table = Fixtures.Rows(MLTask.Binary, rows: 200);

        Predictions before = plain.Predict(table), after = strict.Predict(table);

        CollectionAssert.AreEqual(before.Values, after.Values);
        int[] expected = [.. after.Values.Select(p => p >= 0.6f ? 1 : 0)];
        CollectionAssert.AreEqual(expected, Enumerable.Range(0, 200).Select(after.ClassAt).ToArray());
        CollectionAssert.AreNotEqual(expected, Enumerable.Range(0, 200).Select(before.ClassAt).ToArray());
        MetricReport report = strict.Evaluate(table);
        Target truth = strict.Schema.TargetOf(table);
        Assert.AreEqual(expected.Where((c, i) => c == truth.Values[i]).Count() / 200.0, report["accuracy"]!.Value, 1e-12);
        Assert.AreEqual(report["accuracy"]!.Value, report.Confusion!.Accuracy, 1e-12);
        Assert.AreEqual(plain.Evaluate(table)["auc"], report["auc"]);
    }

    [TestMethod]
    public void A_saved_decision_is_loaded_and_a_broken_one_refused()
    {
        FittedPipeline saved = With(Fixtures.Linear(MLTask.Binary), new Decision { Slope = 0.8f, Offset = 0.25f, Threshold = 0.3f });
        using MemoryStream stream = new();
        saved.Save(stream);
        stream.Position = 0;

        Assert.AreEqual(saved.Schema.Decision, FittedPipeline.Load(stream).Schema.Decision);

        foreach ((string found, string broken) in (ReadOnlySpan<(string, string)>)[("\"slope\": 0.8", "\"slope\": -1"), ("\"slope\": 0.8", "\"slope\": \"NaN\""), ("\"threshold\": 0.3", "\"threshold\": 1"), ("\"offset\": 0.25", "\"offset\": \"Infinity\"")])
        {
            using MemoryStream damaged = Replaced(stream.ToArray(), found, broken);
            Assert.ThrowsExactly<BundleException>(() => FittedPipeline.Load(damaged), broken);
        }
    }

    [TestMethod]
    public void A_regression_has_no_decision()
    {
        FittedPipeline plain = Fixtures.Linear(MLTask.Regression);

        Assert.ThrowsExactly<ArgumentException>(() => With(plain, new Decision()));
    }

    private static FittedPipeline With(FittedPipeline pipeline, Decision decision) => new(pipeline.Schema with { Decision = decision }, pipeline.Members, pipeline.Manifest);

    private static MemoryStream Replaced(byte[] bundle, string found, string replacement)
    {
        MemoryStream copy = new();
        copy.Write(bundle);
        using (ZipArchive zip = new(copy, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.GetEntry("schema.json")!;
            string text;
            using (StreamReader reader = new(entry.Open())) text = reader.ReadToEnd();
            Assert.IsTrue(text.Contains(found, StringComparison.Ordinal), $"{found} in {text}");
            entry.Delete();
            using Stream written = zip.CreateEntry("schema.json").Open();
            written.Write(Encoding.UTF8.GetBytes(text.Replace(found, replacement, StringComparison.Ordinal)));
        }
        copy.Position = 0;
        return copy;
    }
}
