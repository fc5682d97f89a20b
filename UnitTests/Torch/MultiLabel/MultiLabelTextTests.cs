using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class MultiLabelTextTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    [TestMethod]
    public void Learns_none_one_or_several_labels_given_as_keys()
    {
        MLContext ml = new(1);
        Row[] rows = Rows(300, 1), others = Rows(100, 2);
        IDataView train = ml.Data.LoadFromEnumerable(rows), test = ml.Data.LoadFromEnumerable(others);
        IEstimator<ITransformer> chain = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.MultiLabelText(Options()))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        SchemaShape shape = chain.GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(train.Schema));
        string[] predicted = [.. chain.Fit(train).Transform(test).GetColumn<string[]>("PredictedLabel").Select(l => string.Join('+', l.Order(StringComparer.Ordinal)))];

        Assert.IsTrue(shape.Any(c => c.Name == "PredictedLabel"));
        double right = predicted.Zip(others, (p, o) => p == string.Join('+', o.Label.Order(StringComparer.Ordinal)) ? 1.0 : 0).Average();
        Assert.IsGreaterThan(0.9, right);
        CollectionAssert.IsSubsetOf(new[] { "", "bad", "good", "bad+good" }, predicted);
    }

    [TestMethod]
    public void Flags_a_validation_set_and_a_threshold_are_taken_and_the_model_is_saved()
    {
        MLContext ml = new(1);
        IDataView train = ml.Data.LoadFromEnumerable(Rows(120, 1).Select(Flagged.Of)), held = ml.Data.LoadFromEnumerable(Rows(40, 3).Select(Flagged.Of));
        MultiLabelTextOptions options = Options();
        (options.MaxEpoch, options.ValidationSet, options.Threshold) = (2, held, 0);

        MultiLabelTextTransformer model = ml.MulticlassClassification.Trainers.MultiLabelText(options).Fit(train);
        using MemoryStream file = new();
        model.Save(file);
        byte[] bytes = file.ToArray();
        MultiLabelTextTransformer loaded = MultiLabelTextTransformer.Load(new MemoryStream(bytes));

        CollectionAssert.AreEqual(new[] { "1", "2" }, model.Labels.ToArray());
        Assert.IsTrue(model.Transform(held).GetColumn<uint[]>("PredictedLabel").All(keys => keys.Length == 2));
        CollectionAssert.AreEqual(model.Score(["a warm room", ""]), loaded.Score(["a warm room", ""]));
        Assert.ThrowsExactly<BundleException>(() => MultiLabelTextTransformer.Load(new MemoryStream(bytes[..(bytes.Length / 2)])));
    }

    [TestMethod]
    public void Says_what_is_wrong_with_columns_and_options()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows(20, 1));
        MultiLabelTextOptions none = Options();
        none.Encoder = "";

        TableException keys = Assert.ThrowsExactly<TableException>(() => ml.MulticlassClassification.Trainers.MultiLabelText(Options()).Fit(data));
        OptionsException encoder = Assert.ThrowsExactly<OptionsException>(() => ml.MulticlassClassification.Trainers.MultiLabelText(none));

        Assert.Contains("MapValueToKey", keys.Message);
        Assert.Contains("MLPIPES_ENCODER", encoder.Message);
    }

    private static MultiLabelTextOptions Options() => new() { Encoder = toy.Folder, LearningRate = 3e-3, BatchSize = 16, MaxEpoch = 10 };

    private static Row[] Rows(int count, int seed)
    {
        (string[] first, string[] a) = ToyEncoder.Texts(count, seed);
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => random.Next(4) switch
        {
            0 => new Row { Sentence1 = "the room was one of it", Label = [] },
            1 => new Row { Sentence1 = $"{first[i]} {(a[i] == "good" ? "dull grim" : "kind sweet")}", Label = ["good", "bad"] },
            _ => new Row { Sentence1 = first[i], Label = [a[i]] },
        })];
    }

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";
        public string[] Label { get; set; } = [];
    }

    private sealed class Flagged
    {
        public string Sentence1 { get; set; } = "";

        [VectorType(2)]
        public float[] Label { get; set; } = [];

        public static Flagged Of(Row row) => new() { Sentence1 = row.Sentence1, Label = [row.Label.Contains("good") ? 1 : 0, row.Label.Contains("bad") ? 1 : 0] };
    }
}
