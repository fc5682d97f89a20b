using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class StackingTests
{
    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    public async Task A_second_layer_is_tried_after_the_list_and_scores_rows_as_it_was_judged(MLTask task)
    {
        Table table = Of(task);
        (StudyResult result, List<TrialEvent> events) = await RunAsync(Options(table));

        TrialEvent.Completed[] stacked = [.. events.OfType<TrialEvent.Completed>().Where(e => e.Plan.Stack.Count > 0)];
        Assert.IsNotEmpty(stacked, string.Join("\n", events.Where(e => e.IsOutcome).Select(e => $"{e.Number} {e.Plan.Origin} {e.GetType().Name}")));
        int[] before = [.. events.OfType<TrialEvent.Completed>().Where(e => e.Plan.Stack.Count == 0).Select(e => e.Number)];
        foreach (TrialEvent.Completed layer in stacked)
        {
            CollectionAssert.IsSubsetOf(layer.Plan.Stack.ToArray(), before);
            Assert.IsGreaterThanOrEqualTo(2, layer.Plan.Stack.Count);
        }
        Assert.AreEqual(result.Score, result.Metrics[result.Metric.Key]);
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    public void Stacked_predictions_are_the_averages_of_their_models_in_batches_rows_and_files(MLTask task)
    {
        Table table = Of(task);
        (FittedFeatures features, IModel a, IModel b) = TwoModels(table, task);
        StackedPredictions stacked = new([[new StackedModel(features, a), new StackedModel(features, b)], [new StackedModel(features, b)]]);
        FittedFeatures wide = new([.. features.Steps, new FeatureStep(stacked.Inputs, stacked)], isSparse: false);

        FeatureMatrix batch = wide.Transform(table);

        FeatureMatrix basic = features.Transform(table);
        float[] fromA = a.PredictAll(basic), fromB = b.PredictAll(basic);
        int outputs = a.OutputCount, width = basic.Width;
        Assert.AreEqual(width + (2 * outputs), batch.Width);
        for (int row = 0; row < table.RowCount; row++)
            for (int k = 0; k < outputs; k++)
            {
                Assert.AreEqual((fromA[(row * outputs) + k] + fromB[(row * outputs) + k]) / 2, batch.Row(row).Values[width + k], 1e-6f);
                Assert.AreEqual(fromB[(row * outputs) + k], batch.Row(row).Values[width + outputs + k], 1e-6f);
            }

        RowBuffer buffer = new([.. wide.Inputs.Select(name => (name, ColumnKind.Number, 1))]);
        BoundFeatures bound = wide.Bind(buffer);
        float[] single = new float[batch.Width];
        for (int row = 0; row < 20; row++)
        {
            for (int c = 0; c < wide.Inputs.Count; c++) buffer.SetNumber(c, ((NumberColumn)table[wide.Inputs[c]]).Values[row]);
            bound.Write(single);
            CollectionAssert.AreEqual(batch.Row(row).Values.ToArray(), single);
        }
        Assert.AreEqual(0, Allocated.By(() => bound.Write(single)));

        using MemoryStream stream = new();
        new PlainWriter(stream).Part(wide);
        FittedFeatures loaded = new PlainReader(stream.ToArray(), "features").Part<FittedFeatures>();
        CollectionAssert.AreEqual(batch.Values.ToArray(), loaded.Transform(table).Values.ToArray());
    }

    [TestMethod]
    public void Broken_stacks_are_refused()
    {
        (FittedFeatures features, IModel a, IModel b) = TwoModels(Of(MLTask.Binary), MLTask.Binary);
        (_, IModel three, _) = TwoModels(Of(MLTask.Multiclass), MLTask.Multiclass);
        Assert.ThrowsExactly<ArgumentException>(() => new StackedPredictions([[]]));
        Assert.ThrowsExactly<ArgumentException>(() => new StackedPredictions([[new StackedModel(features, a)], [new StackedModel(features, three)]]));

        using MemoryStream stream = new();
        new PlainWriter(stream).Part(new StackedPredictions([[new StackedModel(features, a)], [new StackedModel(features, b)]]));
        byte[] sound = stream.ToArray();
        Random random = new(3);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] broken = [.. sound];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            if (i % 4 == 0) broken = broken[..random.Next(broken.Length)];
            try
            {
                new PlainReader(broken, "features").Part<StackedPredictions>();
            }
            catch (Exception error) when (error is BundleException or ArgumentException or OverflowException)
            {
                // What the reader of a bundle turns into one clear error.
            }
        }
    }

    [TestMethod]
    public async Task A_stack_is_the_same_at_any_number_of_threads_and_after_a_resume()
    {
        StudyOptions options = Options(Of(MLTask.Binary));
        string journal = Path.Combine(Directory.CreateTempSubdirectory("mlpipes").FullName, "study.journal");

        (StudyResult one, _) = await RunAsync(options with { Threads = 1 });
        (StudyResult three, _) = await RunAsync(options with { Threads = 3 });
        await RunAsync(options with { Journal = journal, Trials = 20 });
        (StudyResult resumed, List<TrialEvent> events) = await RunAsync(options with { Journal = journal });

        float[] expected = one.Pipeline.Predict(options.Data).Values;
        CollectionAssert.AreEqual(expected, three.Pipeline.Predict(options.Data).Values);
        CollectionAssert.AreEqual(expected, resumed.Pipeline.Predict(options.Data).Values);
        Assert.IsTrue(events.All(e => e.Number > 16), "no finished trial is run again");
    }

    [TestMethod]
    public async Task Few_rows_get_no_second_layer()
    {
        (_, List<TrialEvent> events) = await RunAsync(Options(TestTables.Binary(StackingTuner.MinRows - 1)));

        Assert.IsFalse(events.Any(e => e.Plan.Stack.Count > 0));
    }

    private static (FittedFeatures Features, IModel A, IModel B) TwoModels(Table table, MLTask task)
    {
        Roles roles = TestTables.RolesOf(table);
        Target target = Target.From(table["label"], task);
        FeaturizedTraining fitted = FeaturePlan.For(table, roles, Needs.None).Fit(table, new FeaturizerContext { Target = target, Seed = 1, Threads = 1 });
        TrainingSet set = new(fitted.Matrix, target);
        FitContext context = new() { Seed = 1, Threads = 1 };
        return (fitted.Features, new DescentTrainer { Rate = 0.2 }.FitChecked(set, context), new DescentTrainer { Rate = 0.01 }.FitChecked(set, context));
    }

    private static StudyOptions Options(Table table) => TestTables.Options(table, trials: 30);

    private static Table Of(MLTask task) => task switch
    {
        MLTask.Binary => TestTables.Binary(800),
        MLTask.Multiclass => TestTables.Multiclass(800),
        _ => TestTables.Regression(800),
    };

    private static async Task<(StudyResult, List<TrialEvent>)> RunAsync(StudyOptions options)
    {
        List<TrialEvent> events = [];
        StudyResult result = await new Study(options).RunAsync(new Collector(events));
        return (result, events);
    }

    private sealed class Collector(List<TrialEvent> events) : IProgress<TrialEvent>
    {
        public void Report(TrialEvent value)
        {
            lock (events) events.Add(value);
        }
    }
}
