using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class LooseRowTests
{
    private static readonly FittedPipeline pipeline = MixedTable.Pipeline();
    private static readonly Table table = MixedTable.Rows(30, seed: 8);
    private static readonly Predictions batch = pipeline.Predict(table);

    [TestMethod]
    public void Rows_by_name_predict_what_the_table_does()
    {
        for (int row = 0; row < table.RowCount; row++)
        {
            Prediction prediction = pipeline.Predict(Row(row));

            Assert.AreEqual(batch.Values[row], prediction.Probabilities["leave"], 1e-6f);
            Assert.AreEqual(batch.LabelAt(row), prediction.Label);
            Assert.AreEqual(prediction.Probabilities[prediction.Label!], prediction.Score);
            Assert.AreEqual(0, prediction.Warnings.Count);
        }
    }

    [TestMethod]
    public void Json_predicts_what_the_table_does()
    {
        string json = "[" + string.Join(",", Enumerable.Range(0, table.RowCount).Select(JsonOf)) + "]";

        IReadOnlyList<Prediction> predictions = pipeline.Predict(JsonDocument.Parse(json).RootElement);

        for (int row = 0; row < table.RowCount; row++) Assert.AreEqual(batch.Values[row], predictions[row].Probabilities["leave"], 1e-6f);
    }

    [TestMethod]
    public void Values_as_text_are_taken_where_they_read()
    {
        Dictionary<string, object?> row = Row(0);
        foreach (string name in row.Keys.Where(k => k != "v").ToArray()) row[name] = table[name].TextAt(0);

        Assert.AreEqual(batch.Values[0], pipeline.Predict(row).Probabilities["leave"], 1e-6f);
    }

    [TestMethod]
    public void Absent_fields_are_all_named()
    {
        Dictionary<string, object?> row = Row(0);
        row.Remove("city");
        row.Remove("v");

        TableException error = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(row));

        StringAssert.Contains(error.Message, "'city', 'v'");
    }

    [TestMethod]
    public void Wrong_types_are_all_named_with_what_is_expected()
    {
        Dictionary<string, object?> row = Row(0);
        row["age"] = "old";

        TableException one = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(row));
        row["joined"] = 3;
        TableException two = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(row));

        StringAssert.Contains(one.Message, "column 'age': found 'old', expected numbers, or null where unknown");
        StringAssert.Contains(two.Message, "2 fields");
        StringAssert.Contains(two.Message, "column 'joined': found 3, expected dates");
    }

    [TestMethod]
    [DataRow("{\"age\": {}}")]
    [DataRow("{\"age\": [1, 2]}")]
    [DataRow("{\"age\": \"\\ud800\"}")]
    [DataRow("{\"v\": [1]}")]
    [DataRow("{\"v\": [1, 1e60]}")]
    [DataRow("{\"age\": 1e60}")]
    [DataRow("{\"account\": 1.5}")]
    [DataRow("{\"member\": \"perhaps\"}")]
    [DataRow("{\"city\": [\"Bern\"]}")]
    public void Odd_json_values_are_refused_with_the_family_of_errors(string change)
    {
        Dictionary<string, JsonElement> row = JsonDocument.Parse(JsonOf(0)).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        JsonProperty changed = JsonDocument.Parse(change).RootElement.EnumerateObject().Single();
        string json = "{" + string.Join(",", row.Select(p => $"\"{p.Key}\":{(p.Key == changed.Name ? changed.Value.GetRawText() : p.Value.GetRawText())}")) + "}";

        TableException error = Assert.ThrowsExactly<TableException>(() => pipeline.Predict(JsonDocument.Parse(json).RootElement));

        Assert.IsFalse(string.IsNullOrWhiteSpace(error.Message));
    }

    [TestMethod]
    [DataRow("3")]
    [DataRow("[1]")]
    [DataRow("null")]
    [DataRow("[{}, 1]")]
    public void Json_without_objects_is_refused(string json) =>
        Assert.ThrowsExactly<TableException>(() => pipeline.Predict(JsonDocument.Parse(json).RootElement));

    [TestMethod]
    public void Extra_fields_and_unseen_values_are_told()
    {
        Dictionary<string, object?> row = Row(0);
        row["city"] = "Basel";
        row["shoe size"] = 42;

        Prediction prediction = pipeline.Predict(row);

        Assert.AreEqual(2, prediction.Warnings.Count);
        StringAssert.Contains(prediction.Warnings[0], "'city': training did not see 'Basel'");
        StringAssert.Contains(prediction.Warnings[1], "'shoe size'");
    }

    [TestMethod]
    public void Several_threads_may_predict_rows_at_once()
    {
        Parallel.For(0, 300, i => Assert.AreEqual(batch.Values[i % 30], pipeline.Predict(Row(i % 30)).Probabilities["leave"], 1e-6f));
    }

    private static Dictionary<string, object?> Row(int row) => table.Columns.Where(c => c.Name != "label").ToDictionary(c => c.Name, c => (object?)(c switch
    {
        _ when c.IsMissing(row) => null,
        NumberColumn number => number.Values[row],
        IntegerColumn integer => integer.Values[row],
        BooleanColumn boolean => boolean.Values[row] == 1,
        DateColumn date => new DateTime(date.Ticks[row]),
        VectorColumn vector => vector.Values.Slice(row * vector.Width, vector.Width).ToArray(),
        _ => c.TextAt(row),
    }));

    private static string JsonOf(int row) => JsonSerializer.Serialize(Row(row));
}
