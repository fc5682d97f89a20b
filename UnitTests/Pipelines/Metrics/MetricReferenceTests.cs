using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Metrics;

/// <summary>Every metric against scikit-learn 1.9.1; the values and how they were made stand in reference.json.</summary>
[TestClass]
public sealed class MetricReferenceTests
{
    private static readonly JsonElement reference = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(SharedFolder.Repository, "UnitTests", "Pipelines", "Metrics", "reference.json"))).RootElement;

    public static IEnumerable<object[]> Cases => from task in (string[])["binary", "multiclass", "regression"]
                                                 from item in reference.GetProperty(task).EnumerateArray()
                                                 select new object[] { task, item.GetProperty("name").GetString()! };

    [TestMethod, DynamicData(nameof(Cases))]
    public void Agrees_with_scikit_learn(string task, string name)
    {
        (JsonElement item, Target truth, float[] predictions, float[] weights) = Load(task, name);

        MetricReport report = MetricReport.Of(truth, predictions, weights);

        int compared = 0;
        foreach ((string key, double? value) in report.Values)
        {
            if (!item.TryGetProperty(key, out JsonElement expected)) continue;
            Assert.AreEqual(expected.GetDouble(), value!.Value, 2e-6 * Math.Max(1, Math.Abs(expected.GetDouble())), key);
            compared++;
        }
        Assert.IsGreaterThanOrEqualTo(task == "regression" ? 4 : 6, compared);
    }

    [TestMethod, DynamicData(nameof(Cases))]
    public void Confusion_matrix_agrees_with_scikit_learn(string task, string name)
    {
        (JsonElement item, Target truth, float[] predictions, float[] weights) = Load(task, name);
        if (task == "regression") return;

        ConfusionMatrix confusion = ConfusionMatrix.Of(truth.Values, predictions, truth.Classes.Count, weights);

        for (int t = 0; t < confusion.Classes; t++)
            for (int p = 0; p < confusion.Classes; p++)
                Assert.AreEqual(item.GetProperty("confusion")[t][p].GetDouble(), confusion[t, p], 1e-4);
    }

    [TestMethod, DynamicData(nameof(Cases))]
    public void Figures_without_a_key_of_their_own_agree_too(string task, string name)
    {
        (JsonElement item, Target truth, float[] predictions, float[] weights) = Load(task, name);

        foreach ((string key, Func<double> value) in new (string, Func<double>)[]
        {
            ("ece10_equal_width", () => Metric.CalibrationError(bins: 10).Evaluate(truth, predictions, weights)),
            ("pinball_10", () => Metric.Quantile(0.1).Evaluate(truth, predictions, weights)),
            ("pinball_90", () => Metric.Find("pinball_90").Evaluate(truth, predictions, weights)),
            // The reference has no weights in this one.
            ("auc_ovr_macro", () => Metric.Find("auc").Evaluate(truth, predictions)),
        })
        {
            if (item.TryGetProperty(key, out JsonElement expected))
                Assert.AreEqual(expected.GetDouble(), value(), 2e-6 * Math.Max(1, Math.Abs(expected.GetDouble())), key);
        }
    }

    private static (JsonElement, Target, float[] Predictions, float[] Weights) Load(string task, string name)
    {
        JsonElement item = reference.GetProperty(task).EnumerateArray().Single(i => i.GetProperty("name").GetString() == name);
        float[] predictions = task == "multiclass"
            ? [.. item.GetProperty("p").EnumerateArray().SelectMany(Floats)]
            : Floats(item.GetProperty("p"));
        float[] weights = item.GetProperty("weights").ValueKind == JsonValueKind.Null ? [] : Floats(item.GetProperty("weights"));
        (MLTask kind, string[] classes) = task switch
        {
            "binary" => (MLTask.Binary, ["0", "1"]),
            "multiclass" => (MLTask.Multiclass, ["0", "1", "2", "3"]),
            _ => (MLTask.Regression, Array.Empty<string>()),
        };
        return (item, new Target("y", kind, Floats(item.GetProperty("y")), classes), predictions, weights);
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetSingle())];
}
