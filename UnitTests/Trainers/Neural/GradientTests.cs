using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class GradientTests
{
    private const int Rows = 40;

    public static IEnumerable<object[]> Losses => from task in Enum.GetValues<MLTask>()
                                                  from activation in Enum.GetValues<NeuralActivation>()
                                                  select new object[] { task, activation };

    [TestMethod, DynamicData(nameof(Losses))]
    public void Every_kind_of_parameter_has_the_gradient_that_differences_show(MLTask task, NeuralActivation activation)
    {
        TrainingSet set = Boosted.Data(task, Rows, seed: 3, weighted: true);
        FitContext context = new() { Seed = 1, Threads = 1 };
        NetLabels labels = NetLabels.Of(set);
        NetLayout layout = new(new NetDesign(NetInputs.Of(set, context), [9, 7], set.Shape.Outputs) { IsPeriodic = true });
        NetState state = new(layout);
        state.Draw(new Random(2), 0.3, labels.Start);
        Random random = new(5);
        NetLayout.Layer last = layout.Layers[^1];
        for (int k = 0; k < last.Inputs; k++)
            for (int u = 0; u < last.Outputs; u++) state.Values.Span[last.Weights + PackedLayer.IndexOf(k, u, last.Height)] = (float)(random.NextDouble() - 0.5);
        NetData data = new(set, layout.Inputs, labels.Factor, labels.Offset, context);
        NetStep step = new(state, 2, new NetStepOptions(task, activation, Smoothing: 0), context);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        double half = task == MLTask.Regression ? 0.5 : 1;

        step.Gradients(data, rows, dropout: 0, key: 0);
        float[] gradients = state.Gradients.Span.ToArray();

        (string, int, int)[] groups = [("frequencies", layout.Frequencies, layout.Periodic * 16), ("phases", layout.Phases, layout.Periodic * 16), ("mixes", layout.MixWeights, layout.Periodic * 48),
            ("mix biases", layout.MixBiases, layout.Periodic * 3), ("embeddings", layout.Embeddings, layout.Inputs.Codes.Sum() * 8), ("scales", layout.Scales, layout.Width0),
            .. layout.Layers.Select(l => ("weights", l.Weights, l.Height * l.Units)), .. layout.Layers.Select(l => ("biases", l.Biases, l.Outputs)), .. layout.Layers[..^1].Select(l => ("slopes", l.Slopes, l.Outputs))];
        foreach ((string name, int start, int count) in groups)
        {
            Assert.IsGreaterThan(0, count, name);
            Assert.IsTrue(gradients.AsSpan(start, count).ToArray().Any(g => g != 0), name);
            for (int i = start; i < start + count; i += 1 + (count / 40))
            {
                float was = state.Values.Span[i];
                if (name == "weights" && was == 0) continue; // padding
                double above = LossAt(was + 0.01f), below = LossAt(was - 0.01f);
                state.Values.Span[i] = was;

                Assert.AreEqual(half * (above - below) / ((was + 0.01f) - (double)(was - 0.01f)), gradients[i], 2e-3 + (0.01 * Math.Abs(gradients[i])), $"{name} {i - start}");

                double LossAt(float value)
                {
                    state.Values.Span[i] = value;
                    return step.Loss(data);
                }
            }
        }
    }

    [TestMethod]
    public void What_is_dropped_on_the_way_there_is_dropped_on_the_way_back()
    {
        TrainingSet set = Boosted.Data(MLTask.Binary, 32, seed: 3);
        FitContext context = new() { Seed = 1, Threads = 1 };
        NetLayout layout = new(new NetDesign(NetInputs.Of(set, context), [64], 1));
        NetState state = new(layout);
        state.Draw(new Random(2), 0.3, [0]);
        NetLayout.Layer last = layout.Layers[^1];
        for (int k = 0; k < last.Inputs; k++) state.Values.Span[last.Weights + PackedLayer.IndexOf(k, 0, last.Height)] = 1;
        NetData data = new(set, layout.Inputs, 1, 0, context);
        NetStep step = new(state, 1, new NetStepOptions(MLTask.Binary, NeuralActivation.Selu, 0), context);
        int[] rows = [.. Enumerable.Range(0, 32)];
        int bias = layout.Layers[0].Biases;

        double before = step.Gradients(data, rows, dropout: 0.5f, key: 9);
        float gradient = state.Gradients.Span[bias];
        state.Values.Span[bias] += 0.01f;
        double after = step.Gradients(data, rows, dropout: 0.5f, key: 9);

        Assert.AreEqual((after - before) / 0.01, gradient, 2e-3 + (0.05 * Math.Abs(gradient)));
        Assert.AreNotEqual(before, step.Gradients(data, rows, dropout: 0.5f, key: 10));
    }
}
