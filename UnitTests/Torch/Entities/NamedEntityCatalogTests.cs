using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>The calls of Microsoft.ML.TorchSharp.</summary>
[TestClass]
public sealed class NamedEntityCatalogTests
{
    private static readonly Row[] rows =
    [
        .. Enumerable.Repeat(new Row { Sentence = "Alice and Bob live in the USA", Label = ["PERSON", "0", "PERSON", "0", "0", "0", "COUNTRY"] }, 3),
        .. Enumerable.Repeat(new Row { Sentence = "Bob likes  Peru", Label = ["PERSON", "0", "COUNTRY"] }, 3),
    ];

    [TestMethod]
    public void Works_between_MapValueToKey_and_MapKeyToValue_as_the_sample_of_ML_NET_has_it()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(rows), labels = ml.Data.LoadFromEnumerable(new[] { new Key { Name = "PERSON" }, new Key { Name = "CITY" }, new Key { Name = "COUNTRY" } });
        IEstimator<ITransformer> estimator = ml.Transforms.Conversion.MapValueToKey("Label", keyData: labels)
            .Append(ml.MulticlassClassification.Trainers.NamedEntityRecognition(outputColumnName: "outputColumn"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("outputColumn"));

        SchemaShape shape = estimator.GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(data.Schema));
        ITransformer model = estimator.Fit(data);
        DataViewSchema schema = model.GetOutputSchema(data.Schema);
        string[] predicted = [.. model.Transform(data).GetColumn<string[]>("outputColumn").Select(r => string.Join(' ', r.Select(w => w.Length == 0 ? "-" : w)))];

        Assert.AreEqual("outputColumn", shape[2].Name);
        Assert.IsInstanceOfType<TextDataViewType>(shape[2].ItemType);
        Assert.AreEqual("outputColumn", schema[^1].Name);
        Assert.AreEqual("PERSON - PERSON - - - COUNTRY", predicted[0]);
        Assert.AreEqual("PERSON - COUNTRY", predicted[^1]);
    }

    [TestMethod]
    public void A_prediction_engine_labels_the_words_of_a_sentence()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.NamedEntityRecognition())
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        using PredictionEngine<Row, Labelled> engine = ml.Model.CreatePredictionEngine<Row, Labelled>(model);

        string[] labels = engine.Predict(new Row { Sentence = "Alice likes Peru", Label = [] }).PredictedLabel;
        string[] none = engine.Predict(new Row { Sentence = "  ", Label = [] }).PredictedLabel;

        Assert.AreEqual("PERSON 0 COUNTRY", string.Join(' ', labels));
        Assert.IsEmpty(none);
    }

    [TestMethod]
    public void Labels_that_are_tags_keep_neighbours_apart()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Row { Sentence = "met Ann Bo Lee today", Label = ["O", "B-PER", "B-PER", "I-PER", "O"] }, 5));
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.NamedEntityRecognition(new NamedEntityOptions { MaxEpoch = 20 }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);

        string[] predicted = model.Transform(data).GetColumn<string[]>("PredictedLabel").First();

        Assert.AreEqual("O B-PER B-PER I-PER O", string.Join(' ', predicted));
    }

    [TestMethod]
    public void The_log_says_which_model_is_trained_and_counts_sentences_with_wrong_labels()
    {
        MLContext ml = new(1);
        List<string> log = [];
        ml.Log += (_, e) => { lock (log) log.Add(e.Message); };
        IDataView data = ml.Data.LoadFromEnumerable(rows.Append(new Row { Sentence = "one two", Label = ["0"] }));

        ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.NamedEntityRecognition(new NamedEntityOptions { Encoder = null })).Fit(data);

        string all = string.Join('\n', log);
        StringAssert.Contains(all, "the light model is trained from scratch");
        StringAssert.Contains(all, "1 of 7 sentences have more or fewer labels than words");
    }

    [TestMethod]
    public void An_encoder_that_is_named_is_fine_tuned()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Repeat(rows, 10).SelectMany(r => r));
        IDataView mapped = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

        using NamedEntityTransformer model = ml.MulticlassClassification.Trainers.NamedEntityRecognition(
            new NamedEntityOptions { Encoder = TinyEncoder.Folder, MaxEpoch = 15, BatchSize = 8, LearningRate = 3e-3, Threads = 1, ValidationSet = mapped }).Fit(mapped);

        Assert.AreEqual("encoder", model.Tagger.Manifest.Trainer);
        Assert.IsGreaterThan(0.9, model.Tagger.Manifest.Metrics["f1"]);
    }

    [TestMethod]
    public void Wrong_columns_and_options_are_told()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(rows), mapped = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        var trainers = ml.MulticlassClassification.Trainers;

        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => trainers.NamedEntityRecognition().Fit(data)).Message, "vector of keys");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => trainers.NamedEntityRecognition(sentence1ColumnName: "Absent").Fit(mapped)).Message, "'Absent'");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => trainers.NamedEntityRecognition(labelColumnName: "Sentence").Fit(mapped)).Message, "vector of keys");
        StringAssert.Contains(Assert.ThrowsExactly<TableException>(() => trainers.NamedEntityRecognition(sentence1ColumnName: "Label").GetOutputSchema(MLPipes.Pipelines.MLNetInterop.ShapeOf(mapped.Schema))).Message, "text");
        Assert.ThrowsExactly<OptionsException>(() => trainers.NamedEntityRecognition(batchSize: 0));
    }

    [TestMethod]
    public void Validation_rows_must_have_the_same_keys()
    {
        MLContext ml = new(1);
        IDataView data = ml.Data.LoadFromEnumerable(rows), other = ml.Data.LoadFromEnumerable(new[] { new Row { Sentence = "a", Label = ["X"] } });
        IDataView mapped = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data), otherMapped = ml.Transforms.Conversion.MapValueToKey("Label").Fit(other).Transform(other);

        NamedEntityTransformer model = ml.MulticlassClassification.Trainers.NamedEntityRecognition(validationSet: mapped).Fit(mapped);
        TableException error = Assert.ThrowsExactly<TableException>(() => ml.MulticlassClassification.Trainers.NamedEntityRecognition(validationSet: otherMapped).Fit(mapped));

        Assert.AreEqual(1, model.Tagger.Manifest.Metrics["f1"]);
        StringAssert.Contains(error.Message, "MapValueToKey");
    }

    private sealed class Row
    {
        public string Sentence { get; set; } = "";

        public string[] Label { get; set; } = [];
    }

    private sealed class Key
    {
        public string Name { get; set; } = "";
    }

    private sealed class Labelled
    {
        public string[] PredictedLabel { get; set; } = [];
    }
}
