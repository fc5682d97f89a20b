using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Tests.Fitted;

[TestClass]
public sealed class MLNetTests
{
    private readonly MLContext ml = new(1);

    [TestMethod]
    public void A_binary_pipeline_chains_and_evaluates()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(400));

        ITransformer chain = ml.Transforms.NormalizeMinMax("Age").Append(new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves")).Append(ml.Transforms.CopyColumns("Again", "Score")).Fit(data);
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(chain.Transform(data), "Leaves");

        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
        Assert.IsGreaterThan(0.85, metrics.Accuracy);
        DataViewSchema schema = chain.GetOutputSchema(data.Schema);
        Assert.AreEqual(BooleanDataViewType.Instance, schema["PredictedLabel"].Type);
        Assert.AreEqual(NumberDataViewType.Single, schema["Again"].Type);
    }

    [TestMethod]
    public void Probabilities_through_ml_net_are_those_of_the_table()
    {
        Table table = Table.From(Persons(300));
        IDataView data = ml.Data.LoadFromEnumerable(Persons(300));
        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves").Fit(data);

        float[] throughMLNet = [.. fitted.Transform(data).GetColumn<float>("Probability")];
        float[] throughTable = [.. fitted.Transform(table).GetColumn<float>("Probability")];
        bool[] labels = [.. fitted.Transform(data).GetColumn<bool>("PredictedLabel")];
        float[] batch = fitted.Predict(table).Values;

        CollectionAssert.AreEqual(batch, throughTable);
        CollectionAssert.AreEqual(batch, throughMLNet);
        CollectionAssert.AreEqual(batch.Select(p => p >= 0.5f).ToArray(), labels);
    }

    [TestMethod]
    public void A_multiclass_pipeline_keeps_the_order_of_the_label_keys()
    {
        // The first row's class is not the first in ordinal order, so that key order and class order differ.
        IDataView data = ml.Data.LoadFromEnumerable(Persons(400).OrderByDescending(p => p.Colour));

        ITransformer chain = ml.Transforms.Conversion.MapValueToKey("Key", "Colour")
            .Append(new LightGbm().AsEstimator(ml, MLTask.Multiclass, "Key", "Age", "City"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel")).Fit(data);
        IDataView scored = chain.Transform(data);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored, "Key");

        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        Assert.IsLessThan(0.5, metrics.LogLoss);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        CollectionAssert.AreEqual(new[] { "red", "green", "blue" }, slots.DenseValues().Select(s => s.ToString()).ToArray());
        string[] named = [.. scored.GetColumn<string>("Named")], colours = [.. scored.GetColumn<string>("Colour")];
        Assert.AreEqual(metrics.MicroAccuracy, named.Zip(colours).Count(p => p.First == p.Second) / 400.0, 1e-9);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_binary_key_label_has_its_second_key_as_positive_class(bool positiveFirst)
    {
        IDataView data = ml.Data.LoadFromEnumerable(positiveFirst ? Persons(300).OrderByDescending(p => p.Leaves) : Persons(300).OrderBy(p => p.Leaves));

        ITransformer chain = ml.Transforms.Conversion.MapValueToKey("Key", "Leaves").Append(new LightGbm().AsEstimator(ml, MLTask.Binary, "Key", "Age", "City")).Fit(data);
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(chain.Transform(data), "Key");

        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
    }

    [TestMethod]
    public void Text_labels_come_back_as_text()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(300));

        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Multiclass, "Colour", "Age", "City").Fit(data);
        IDataView scored = fitted.Transform(data);

        CollectionAssert.AreEqual(new[] { "blue", "green", "red" }, fitted.Schema.Classes.ToArray());
        Assert.IsTrue(scored.GetColumn<string>("PredictedLabel").All(fitted.Schema.Classes.Contains));
    }

    [TestMethod]
    public void A_regression_pipeline_reads_vectors_made_by_ml_net_and_evaluates()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(400));

        ITransformer chain = ml.Transforms.Categorical.OneHotEncoding("City").Append(ml.Transforms.Concatenate("Features", "Age", "City"))
            .Append(new LightGbm().AsEstimator(ml, MLTask.Regression, "Income", "Features")).Fit(data);
        var metrics = ml.Regression.Evaluate(chain.Transform(data), "Income");

        Assert.IsGreaterThan(0.9, metrics.RSquared);
    }

    [TestMethod]
    public void Cross_validation_of_ml_net_works_over_a_pipeline()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(300));

        var folds = ml.BinaryClassification.CrossValidate(data, new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves"), 3, "Leaves");

        Assert.AreEqual(3, folds.Count);
        Assert.IsTrue(folds.All(f => f.Metrics.AreaUnderRocCurve > 0.9));
    }

    [TestMethod]
    public void A_prediction_engine_gives_the_batch_and_no_garbage()
    {
        Person[] persons = Persons(200);
        Table table = Table.From(persons);
        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves").Fit(table);
        PredictionEngine<Person, Verdict> engine = ml.Model.CreatePredictionEngine<Person, Verdict>(fitted);
        Predictions batch = fitted.Predict(table);
        Verdict verdict = new();

        for (int i = 0; i < persons.Length; i++)
        {
            engine.Predict(persons[i], ref verdict);
            Assert.AreEqual(batch.Values[i], verdict.Probability);
            Assert.AreEqual(batch.Scores[i], verdict.Score);
            Assert.AreEqual(batch.ClassAt(i) == 1, verdict.PredictedLabel);
        }

        Assert.AreEqual(0, Allocated.By(() =>
        {
            for (int i = 0; i < persons.Length; i++) engine.Predict(persons[i], ref verdict);
        }));
    }

    [TestMethod]
    public void A_loaded_pipeline_is_the_same_transformer()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(200));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Colour").Fit(data).Transform(data);
        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Multiclass, "Key", "Age", "City").Fit(keyed);

        FittedPipeline loaded = BundleTests.RoundTrip(fitted, out _);

        CollectionAssert.AreEqual(fitted.Transform(keyed).GetColumn<uint>("PredictedLabel").ToArray(), loaded.Transform(keyed).GetColumn<uint>("PredictedLabel").ToArray());
        Assert.AreEqual(fitted.GetOutputSchema(keyed.Schema)["Score"].Type, loaded.GetOutputSchema(keyed.Schema)["Score"].Type);
    }

    [TestMethod]
    public void Ml_nets_own_model_file_is_refused_with_the_way_to_go()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(100));
        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves").Fit(data);

        BundleException error = Assert.ThrowsExactly<BundleException>(() => ml.Model.Save(fitted, data.Schema, new MemoryStream()));

        StringAssert.Contains(error.Message, "FittedPipeline.Save");
    }

    [TestMethod]
    public void Columns_that_are_missing_or_unreadable_are_named()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(100));
        FittedPipeline fitted = new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaves").Fit(data);

        TableException missing = Assert.ThrowsExactly<TableException>(() => fitted.Transform(ml.Transforms.DropColumns("Age", "City").Fit(data).Transform(data)));
        TableException wrong = Assert.ThrowsExactly<TableException>(() => fitted.Transform(ml.Transforms.Concatenate("Age", "Age", "Income").Fit(data).Transform(data)));
        TableException label = Assert.ThrowsExactly<TableException>(() => new LightGbm().AsEstimator(ml, MLTask.Binary, "Leaved").Fit(data));

        StringAssert.Contains(missing.Message, "'Age', 'City'");
        StringAssert.Contains(wrong.Message, "column 'Age': found Vector");
        StringAssert.Contains(label.Message, "Leaved");
    }

    [TestMethod]
    public void The_promised_shape_is_the_schema_that_comes()
    {
        IDataView data = ml.Data.LoadFromEnumerable(Persons(60));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Colour").Fit(data).Transform(data);

        foreach ((MLTask task, string label) in new[] { (MLTask.Binary, "Leaves"), (MLTask.Multiclass, "Key"), (MLTask.Multiclass, "Colour"), (MLTask.Regression, "Income") })
        {
            Pipeline pipeline = new LightGbm().AsEstimator(ml, task, label, "Age", "City");
            SchemaShape promised = pipeline.GetOutputSchema(MLNetInterop.ShapeOf(keyed.Schema));
            SchemaShape came = MLNetInterop.ShapeOf(pipeline.Fit(keyed).GetOutputSchema(keyed.Schema));

            foreach (SchemaShape.Column column in came)
            {
                SchemaShape.Column promise = promised.Single(c => c.Name == column.Name);
                Assert.AreEqual((column.Kind, column.ItemType, column.IsKey), (promise.Kind, promise.ItemType, promise.IsKey), $"{task} {column.Name}");
                foreach (SchemaShape.Column annotation in promise.Annotations) Assert.IsTrue(column.Annotations.Any(a => a.Name == annotation.Name), $"{task} {column.Name} {annotation.Name}");
            }
        }
    }

    private static Person[] Persons(int count)
    {
        Random random = new(4);
        Person[] persons = new Person[count];
        for (int i = 0; i < count; i++)
        {
            float age = random.Next(18, 90);
            string city = i % 3 == 0 ? "Bern" : i % 3 == 1 ? "Genf" : "Zug";
            persons[i] = new Person
            {
                Age = age, City = city, Leaves = age + (city == "Bern" ? 20 : 0) > 60, Income = (age * 1000) + (city == "Zug" ? 30_000 : 0),
                Colour = age < 40 ? "red" : age < 65 ? "blue" : "green", Hired = new DateTime(2020, 1, 1).AddDays(i),
            };
        }
        return persons;
    }

    private sealed class Person
    {
        public float Age { get; set; }

        public string City { get; set; } = "";

        public bool Leaves { get; set; }

        public float Income { get; set; }

        public string Colour { get; set; } = "";

        public DateTime Hired { get; set; }
    }

    private sealed class Verdict
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }
}
