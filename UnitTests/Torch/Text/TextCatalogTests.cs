using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>The calls of Microsoft.ML.TorchSharp, between MapValueToKey and MapKeyToValue as its samples have them.</summary>
[TestClass]
public sealed class TextCatalogTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    [TestMethod]
    public void Classes_of_texts_are_learned_evaluated_and_predicted_in_a_chain()
    {
        MLContext ml = new(1);
        IDataView train = ml.Data.LoadFromEnumerable(Rows(300, 1)), test = ml.Data.LoadFromEnumerable(Rows(100, 2));
        IEstimator<ITransformer> chain = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.TextClassification(Options()))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        SchemaShape shape = chain.GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(train.Schema));
        ITransformer model = chain.Fit(train);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        using PredictionEngine<Row, Classified> engine = ml.Model.CreatePredictionEngine<Row, Classified>(model);
        Classified good = engine.Predict(new Row { Sentence1 = "the room was bright and warm" }), bad = engine.Predict(new Row { Sentence1 = "a rude and bitter film" });

        Assert.IsTrue(shape.Any(c => c.Name == "PredictedLabel" && c.ItemType is TextDataViewType));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        Assert.AreEqual("good", good.PredictedLabel);
        Assert.AreEqual("bad", bad.PredictedLabel);
        Assert.HasCount(3, good.Score);
        Assert.AreEqual(1, good.Score.Sum(), 1e-4);
    }

    [TestMethod]
    public void Columns_have_the_names_that_were_asked_for_and_those_of_the_input_stay()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows(60, 1).Select(r => new Renamed { Kind = r.Label, Body = r.Sentence1, Score = 7 }));
        TextClassificationOptions options = Options();
        (options.LabelColumnName, options.Sentence1ColumnName, options.ScoreColumnName, options.PredictionColumnName, options.MaxEpoch) = ("Kind", "Body", "Shares", "Guess", 1);
        EstimatorChain<TextTransformer> chain = ml.Transforms.Conversion.MapValueToKey("Kind").Append(ml.MulticlassClassification.Trainers.TextClassification(options));

        SchemaShape shape = chain.GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(data.Schema));
        IDataView scored = chain.Fit(data).Transform(data);

        CollectionAssert.IsSubsetOf(new[] { "Shares", "Guess", "Score", "Body" }, shape.Select(c => c.Name).ToArray());
        Assert.AreEqual(7f, scored.GetColumn<float>("Score").First());
        Assert.HasCount(3, scored.GetColumn<float[]>("Shares").First());
        Assert.IsInstanceOfType<KeyDataViewType>(scored.Schema["Guess"].Type);
        Assert.IsNull(scored.Schema.GetColumnOrNull("PredictedLabel"));
    }

    [TestMethod]
    public void Pairs_and_a_validation_set_are_taken()
    {
        MLContext ml = new(1);
        IDataView train = ml.Data.LoadFromEnumerable(Pairs(120, 1)), held = ml.Data.LoadFromEnumerable(Pairs(40, 2));
        TextClassificationOptions options = Options();
        (options.Sentence2ColumnName, options.MaxEpoch) = ("Sentence2", 2);
        ITransformer keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        options.ValidationSet = keys.Transform(held);
        List<string> log = [];
        ml.Log += (_, e) => { lock (log) log.Add(e.Message); };
        Pair[] same = [.. Pairs(40, 2).Select(p => new Pair { Sentence1 = p.Sentence1, Sentence2 = "the room was one of it", Label = p.Label })];

        TextTransformer model = ml.MulticlassClassification.Trainers.TextClassification(options).Fit(keys.Transform(train));

        Assert.AreEqual(40, model.Transform(options.ValidationSet).GetColumn<uint>("PredictedLabel").Count());
        Assert.Contains("accuracy", string.Join('\n', log));
        CollectionAssert.AreNotEqual(First(options.ValidationSet), First(keys.Transform(ml.Data.LoadFromEnumerable(same))));

        float[] First(IDataView rows) => [.. model.Transform(rows).GetColumn<float[]>("Score").Select(s => s[0])];
    }

    [TestMethod]
    public void Similarity_of_two_texts_is_a_number()
    {
        MLContext ml = new(1);
        // The second text tells: the mean, 3, is 2 off.
        (string[] first, _) = ToyEncoder.Texts(300, 1);
        (string[] second, string[] told) = ToyEncoder.Texts(300, 51);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Similar { Sentence1 = first[i], Sentence2 = second[i], Label = told[i] == "good" ? 5 : 1 }));
        SentenceSimilarityOptions options = new() { Encoder = toy.Folder, MaxEpoch = 15, LearningRate = 3e-3, BatchSize = 16 };

        SentenceSimilarityTrainer trainer = ml.Regression.Trainers.SentenceSimilarity(options);
        RegressionMetrics metrics = ml.Regression.Evaluate(trainer.Fit(data).Transform(data));

        Assert.IsTrue(trainer.GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(data.Schema)).Any(c => c.Name == "Score"));
        Assert.IsLessThan(1.2, metrics.MeanAbsoluteError);
    }

    [TestMethod]
    public void Without_an_encoder_the_light_model_is_trained_and_the_log_says_so()
    {
        MLContext ml = new(1);
        List<string> log = [];
        ml.Log += (_, e) => { lock (log) log.Add(e.Message); };
        IDataView data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(ml.Data.LoadFromEnumerable(Rows(200, 1))).Transform(ml.Data.LoadFromEnumerable(Rows(200, 1)));

        TextTransformer model = ml.MulticlassClassification.Trainers.TextClassification(new TextClassificationOptions { Encoder = null, MaxEpoch = 10 }).Fit(data);

        Assert.Contains("the light model is trained from scratch", string.Join('\n', log));
        Assert.IsGreaterThan(0.8, ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
    }

    [TestMethod]
    public void A_saved_pipeline_predicts_as_before()
    {
        MLContext ml = new(1);
        IDataView rows = ml.Data.LoadFromEnumerable(Rows(60, 1)), data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
        TextClassificationOptions options = Options();
        options.MaxEpoch = 1;
        TextTransformer model = ml.MulticlassClassification.Trainers.TextClassification(options).Fit(data);
        using MemoryStream file = new();
        model.Pipeline.Save(file);
        file.Position = 0;

        FittedPipeline loaded = FittedPipeline.Load(file);

        CollectionAssert.AreEqual(model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray(), loaded.Transform(data).GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void Wrong_columns_are_named_with_what_to_do()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Rows(20, 1));

        TableException key = Assert.ThrowsExactly<TableException>(() => ml.MulticlassClassification.Trainers.TextClassification(Options()).Fit(data));
        TableException missing = Assert.ThrowsExactly<TableException>(() => ml.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Nowhere").Fit(data));
        TableException number = Assert.ThrowsExactly<TableException>(() => ml.Regression.Trainers.SentenceSimilarity(sentence2ColumnName: "Sentence1").Fit(data));

        Assert.Contains("MapValueToKey", key.Message);
        Assert.Contains("Nowhere", missing.Message);
        Assert.Contains("a number", number.Message);
        Assert.ThrowsExactly<OptionsException>(() => ml.MulticlassClassification.Trainers.TextClassification(batchSize: 0));
    }

    private static TextClassificationOptions Options() => new() { Encoder = toy.Folder, LearningRate = 3e-3, BatchSize = 16, MaxEpoch = 8 };

    private static Row[] Rows(int count, int seed)
    {
        (string[] texts, string[] labels) = ToyEncoder.Texts(count, seed, 3);
        return [.. texts.Zip(labels, (t, l) => new Row { Sentence1 = t, Label = l })];
    }

    private static Pair[] Pairs(int count, int seed)
    {
        (string[] first, string[] a) = ToyEncoder.Texts(count, seed);
        (string[] second, string[] b) = ToyEncoder.Texts(count, seed + 50);
        return [.. Enumerable.Range(0, count).Select(i => new Pair { Sentence1 = first[i], Sentence2 = second[i], Label = a[i] == b[i] ? "same" : "other" })];
    }

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";
        public string Label { get; set; } = "";
    }

    private sealed class Renamed
    {
        public string Body { get; set; } = "";
        public string Kind { get; set; } = "";
        public float Score { get; set; }
    }

    private sealed class Pair
    {
        public string Sentence1 { get; set; } = "";
        public string Sentence2 { get; set; } = "";
        public string Label { get; set; } = "";
    }

    private sealed class Similar
    {
        public string Sentence1 { get; set; } = "";
        public string Sentence2 { get; set; } = "";
        public float Label { get; set; }
    }

    private sealed class Classified
    {
        public string PredictedLabel { get; set; } = "";
        public float[] Score { get; set; } = [];
    }
}
