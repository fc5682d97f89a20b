using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class TabMTests
{
    private const int Rows = 40;

    public static IEnumerable<object[]> Tasks => Enum.GetValues<MLTask>().Select(t => new object[] { t });

    [TestMethod, DynamicData(nameof(Tasks))]
    public void Every_kind_of_parameter_has_the_gradient_of_the_mean_loss_of_members(MLTask task)
    {
        TrainingSet set = Boosted.Data(task, Rows, seed: 3, weighted: true);
        FitContext context = new() { Seed = 1, Threads = 1 };
        (NetLayout layout, NetState state, NetData data, NetStep step) = Network(set, context, members: 3);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        double half = task == MLTask.Regression ? 0.5 : 1;

        step.Gradients(data, rows, dropout: 0, key: 0);
        float[] gradients = state.Gradients.Span.ToArray();

        (string, int, int)[] groups = [("pieces", layout.Pieces, (layout.Bins.Pieces.Sum() + (2 * layout.Bins.Pieces.Length)) * NeuralBins.Width), ("embeddings", layout.Embeddings, layout.Inputs.Codes.Sum() * 8),
            .. Enumerable.Range(0, 3).Select(m => ($"factors of {m}", layout.Scales + (m * layout.Height0), layout.Width0)),
            .. layout.Layers[..^1].Select(l => ("weights", l.Weights, l.Height * l.Units)), .. layout.Layers[..^1].Select(l => ("biases", l.Biases, l.Outputs)),
            .. Enumerable.Range(0, 3).Select(m => ($"last weights of {m}", layout.Head(m).Weights, layout.Head(m).Height * layout.Head(m).Units)),
            .. Enumerable.Range(0, 3).Select(m => ($"last biases of {m}", layout.Head(m).Biases, layout.Head(m).Outputs))];
        foreach ((string name, int start, int count) in groups)
        {
            Assert.IsTrue(gradients.AsSpan(start, count).ToArray().Any(g => g != 0), name);
            for (int i = start; i < start + count; i += 1 + (count / 60))
            {
                float was = state.Values.Span[i];
                if (name.Contains("weights", StringComparison.Ordinal) && was == 0) continue; // padding
                // A small step, for the bends of max(0, z) have no slope.
                double above = LossAt(was + 0.001f), below = LossAt(was - 0.001f);
                state.Values.Span[i] = was;

                Assert.AreEqual(half * (above - below) / ((was + 0.001f) - (double)(was - 0.001f)), gradients[i], 1e-3 + (0.02 * Math.Abs(gradients[i])), $"{name} {i - start}");

                double LossAt(float value)
                {
                    state.Values.Span[i] = value;
                    return step.Gradients(data, rows, dropout: 0, key: 0);
                }
            }
        }
    }

    [TestMethod, DynamicData(nameof(Tasks))]
    public void The_loss_watched_is_that_of_the_models_own_predictions(MLTask task)
    {
        TrainingSet set = Boosted.Data(task, 77, seed: 3);
        FitContext context = new() { Seed = 1, Threads = 2 };
        (_, NetState state, NetData data, NetStep step) = Network(set, context, members: 5);
        NetLabels labels = NetLabels.Of(set);
        NeuralEnsembleParts parts = state.ToEnsemble(state.Values.Span, labels.Range, epochs: 1, labels.Start);
        NeuralEnsembleModel model = new(parts, task switch { MLTask.Binary => new LogisticLink(), MLTask.Multiclass => new SoftmaxLink(), _ => new IdentityLink() });

        double watched = step.Loss(data);

        float[] p = model.PredictAll(set.Features);
        double expected = Enumerable.Range(0, set.Rows).Average(r => task switch
        {
            MLTask.Regression => Math.Pow((p[r] - set.Labels[r]) * labels.Factor, 2),
            MLTask.Binary => -Math.Log(set.Labels[r] > 0 ? p[r] : 1 - p[r]),
            _ => -Math.Log(p[(r * model.OutputCount) + (int)set.Labels[r]]),
        });
        Assert.AreEqual(expected, watched, task == MLTask.Regression ? 0.3 * expected : 1e-5, "numbers are held within the labels' range when scored");
    }

    [TestMethod]
    public void Edges_are_quantiles_of_what_is_known()
    {
        float[] x = [.. Enumerable.Range(0, 1000).SelectMany(r => new[] { r % 4 == 0 ? float.NaN : r, r % 2, r < 800 ? 5 : r })];
        TrainingSet set = new(FeatureMatrix.Dense(x, 3), new Target("y", MLTask.Regression, [.. Enumerable.Range(0, 1000).Select(r => (float)r)], []));
        FitContext context = new() { Threads = 1 };
        NeuralInputs inputs = NetInputs.Of(set, context);
        NetData data = new(set, inputs, 1, 0, context);

        NeuralBins bins = NetBins.Of(inputs, data, 10, context);

        // The second number has two values; eight of ten cells of the third are equal.
        CollectionAssert.AreEqual(new[] { 0, 2 }, bins.Cells);
        CollectionAssert.AreEqual(new[] { 10, 2 }, bins.Pieces);
        Assert.IsNull(bins.FindProblem(inputs.Cells));
        float[] known = [.. Enumerable.Range(0, 1000).Where(r => r % 4 != 0).Select(r => data.CellValues[r * data.Cells])];
        for (int p = 0; p < 10; p++) Assert.AreEqual(75, known.Count(v => v >= bins.Edges[p] && v < bins.Edges[p + 1]), 1, $"piece {p}");
        Assert.AreEqual(0, NetBins.Of(inputs, data, 1, context).Cells.Length);
    }

    [TestMethod]
    public void Many_numbers_are_read_without_embeddings()
    {
        int width = NetBins.MostNumbers + 1;
        (float[] x, Random random) = (new float[60 * width], new Random(1));
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.NextDouble();
        TrainingSet set = new(FeatureMatrix.Dense(x, width), new Target("y", MLTask.Binary, [.. Enumerable.Range(0, 60).Select(r => r % 2f)], ["a", "b"]));

        IModel model = new TabM { Width = 16, Members = 2, Epochs = 2 }.FitChecked(set, new FitContext { Threads = 1 });

        Assert.AreEqual(0, ((NeuralEnsembleModel)model).Parts.Bins.Cells.Length);
    }

    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(3, 0)]
    [DataRow(32, 1)]
    public void Any_number_of_members_and_layers_learns(int members, int layers)
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 400, seed: 4), fresh = Boosted.Data(MLTask.Binary, rows: 400, seed: 5);

        IModel model = new TabM { Members = members, Layers = layers, Width = 24, Epochs = 25, LearningRate = 0.01 }.FitChecked(data, new FitContext { Threads = 2 });

        Assert.HasCount(members, ((NeuralEnsembleModel)model).Parts.Heads);
        Assert.IsGreaterThan(0.85, Metric.Find("auc").Evaluate(fresh.Target, model.PredictAll(fresh.Features)));
    }

    [TestMethod]
    public void Members_differ_and_their_mean_is_better_than_most_of_them()
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 500, seed: 4), fresh = Boosted.Data(MLTask.Regression, rows: 500, seed: 5);
        NeuralEnsembleModel model = (NeuralEnsembleModel)new TabM { Members = 8, Width = 32, Epochs = 40, LearningRate = 0.01 }.FitChecked(data, new FitContext { Threads = 2 });

        double[] alone = [.. Enumerable.Range(0, 8).Select(m => Error(Member(model.Parts, m)))];

        Assert.HasCount(8, alone.Distinct());
        Assert.IsGreaterThanOrEqualTo(6, alone.Count(error => error > Error(model)), $"{Error(model)} of {string.Join(", ", alone)}");

        double Error(NeuralEnsembleModel scorer) => scorer.PredictAll(fresh.Features).Zip(fresh.Labels.ToArray(), (p, y) => Math.Pow(p - y, 2)).Average();
    }

    [TestMethod]
    public void Epochs_without_gain_end_the_fit()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 200, seed: 4), held = Boosted.Data(MLTask.Binary, rows: 100, seed: 5);
        List<FitProgress> seen = [];

        IModel model = new TabM { Members = 4, Width = 64, Epochs = 400, Patience = 3, LearningRate = 0.01 }
            .FitChecked(data, new FitContext { Threads = 1, Validation = held, Progress = new Immediately(seen.Add) });

        Assert.HasCount(((NeuralEnsembleModel)model).Parts.Epochs + 3, seen);
        Assert.IsLessThan(400, seen.Count);
    }

    [TestMethod]
    public void The_rate_rises_shortly_and_falls_to_zero()
    {
        NetDecline decline = new(patience: 3);

        double[] rates = [.. Enumerable.Range(0, 101).Select(p => decline.Rate(p / 100.0))];

        Assert.AreEqual(0, rates[0], 1e-12);
        Assert.AreEqual(1, rates.Max(), 1e-3);
        Assert.IsLessThan(5, Array.IndexOf(rates, rates.Max()));
        CollectionAssert.AreEqual(rates[5..].OrderDescending().ToArray(), rates[5..]);
        Assert.AreEqual(0, rates[100], 1e-12);
        Assert.IsFalse(decline.IsPast(progress: 0.5, best: 0.3, epoch: 0.1));
        Assert.IsTrue(decline.IsPast(progress: 0.6, best: 0.3, epoch: 0.1));
    }

    private static NeuralEnsembleModel Member(NeuralEnsembleParts parts, int member) => new(new NeuralEnsembleParts
    {
        Inputs = parts.Inputs,
        Bins = parts.Bins,
        EdgeValues = parts.EdgeValues,
        Embeddings = parts.Embeddings,
        Factors = parts.Factors[(member * parts.Width)..((member + 1) * parts.Width)],
        Shared = parts.Shared,
        Heads = [parts.Heads[member]],
        Range = parts.Range,
    }, new IdentityLink());

    private static (NetLayout, NetState, NetData, NetStep) Network(TrainingSet set, FitContext context, int members)
    {
        NetLabels labels = NetLabels.Of(set);
        NeuralInputs inputs = NetInputs.Of(set, context);
        NetData data = new(set, inputs, labels.Factor, labels.Offset, context);
        NetLayout layout = new(new NetDesign(inputs, [9, 7], set.Shape.Outputs) { Bins = NetBins.Of(inputs, data, 6, context), Members = members });
        NetState state = new(layout);
        state.Draw(new Random(2), 0, labels.Start, NetStart.Uniform);
        // Rises of pieces start at 0, where all would do.
        Random random = new(5);
        foreach (ref float value in state.Values.Span[layout.Pieces..layout.Scales]) value += (float)(0.5 * (random.NextDouble() - 0.5));
        return (layout, state, data, new NetStep(state, 2, new NetStepOptions(set.Task, NeuralActivation.Relu, Smoothing: 0) { Recipe = NetRecipe.TabM(16) }, context));
    }

    private sealed class Immediately(Action<FitProgress> seen) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => seen(value);
    }
}
