using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class NeuralModelTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, NeuralActivation.Selu)]
    [DataRow(MLTask.Multiclass, NeuralActivation.Mish)]
    [DataRow(MLTask.Regression, NeuralActivation.Mish)]
    public void Holds_what_every_model_must(MLTask task, NeuralActivation activation) =>
        ModelChecks.Holds(new NeuralModel(Parts(task == MLTask.Multiclass ? 5 : 1, activation, task == MLTask.Regression), task switch
        {
            MLTask.Binary => new LogisticLink(),
            MLTask.Multiclass => new SoftmaxLink(),
            _ => new IdentityLink(),
        }), Rows.Random(6, 90), damages: 3_000);

    [TestMethod]
    [DataRow(NeuralActivation.Selu)]
    [DataRow(NeuralActivation.Mish)]
    public void Scores_agree_with_the_formulas_in_double_precision(NeuralActivation activation)
    {
        NeuralParts parts = Parts(3, activation, ranged: false);
        NeuralModel model = new(parts, new SoftmaxLink());
        float[] values = Rows.Random(6, 50);
        for (int r = 0; r < 50; r++)
        {
            Span<float> row = values.AsSpan(r * 6, 6);
            (row[2], row[3], row[4], row[5]) = (r % 3 == 2 ? float.NaN : r % 2, r % 5 == 4 ? 17 : r % 4, r % 14, r % 7 == 0 ? float.NaN : row[5]);

            float[] scores = ModelChecks.Scores(model, row.ToArray());

            double[] expected = Expected(parts, row);
            for (int k = 0; k < 3; k++) Assert.AreEqual(expected[k], scores[k], 2e-5 * (1 + Math.Abs(expected[k])), $"row {r}, output {k}");
        }
    }

    [TestMethod]
    public void Scores_of_numbers_stay_within_those_trained_on()
    {
        NeuralLayer layer = new() { Inputs = 1, Outputs = 1, Weights = [100], Biases = [0] };
        NeuralInputs inputs = new() { Features = 1, Numbers = [0], Centers = [0], Scales = [1] };
        NeuralModel model = new(new NeuralParts { Inputs = inputs, Layers = [layer], Range = new NeuralRange(2, 5, -10, 20) }, new IdentityLink());

        Assert.AreEqual(20, ModelChecks.ScoreOne(model, float.MaxValue));
        Assert.AreEqual(-10, ModelChecks.ScoreOne(model, float.NegativeInfinity));
        Assert.AreEqual(5, ModelChecks.ScoreOne(model, float.NaN));
    }

    [TestMethod]
    public void Parts_that_do_not_fit_are_refused()
    {
        NeuralInputs inputs = new() { Features = 1, Numbers = [0], Centers = [0], Scales = [1] };
        NeuralLayer good = new() { Inputs = 1, Outputs = 2, Weights = [1, 2], Biases = [0, 0] };

        Refuses(inputs, new NeuralLayer { Inputs = 1, Outputs = 2, Weights = [1, float.NaN], Biases = [0, 0] });
        Refuses(inputs, new NeuralLayer { Inputs = 2, Outputs = 1, Weights = [1, 2], Biases = [0] });
        Refuses(inputs, new NeuralLayer { Inputs = 1, Outputs = 1, Weights = [1], Biases = [0], Slopes = [1] });
        Refuses(inputs);
        Refuses(new NeuralInputs { Features = 1, Numbers = [1], Centers = [0], Scales = [1] }, good);
        Refuses(new NeuralInputs { Features = 1, Numbers = [0], Centers = [double.NaN], Scales = [1] }, good);
        Refuses(new NeuralInputs { Features = 1, Numbers = [0], Centers = [0], Scales = [-1] }, good);

        static void Refuses(NeuralInputs inputs, params NeuralLayer[] layers) =>
            Assert.ThrowsExactly<ArgumentException>(() => new NeuralModel(new NeuralParts { Inputs = inputs, Layers = layers }, null));
    }

    // Two numbers with waves, a pair, a group of 4, 12 codes, and a number with a flag: 3 + 1 + 1 + 4 cells, 9 mixed, 8 embedded.
    private static NeuralParts Parts(int outputs, NeuralActivation activation, bool ranged)
    {
        NeuralInputs inputs = new()
        {
            Features = 6,
            Numbers = [0, 1, 5],
            Centers = [0.1, -0.2, 0],
            Scales = [1, 0.5, 2],
            Flags = [5],
            Pairs = [2],
            Groups = [3],
            GroupLevels = [4],
            Coded = [4],
            Codes = [13],
        };
        NeuralLayer Layer(int width, int units, bool last, int seed) => new()
        {
            Inputs = width,
            Outputs = units,
            Weights = [.. Rows.Random(width, units, seed).Select(w => w * 0.2f)],
            Biases = Rows.Random(1, units, seed + 1),
            Slopes = last ? [] : Rows.Random(1, units, seed + 2),
        };
        return new NeuralParts
        {
            Inputs = inputs,
            Frequencies = Rows.Random(3, NeuralParts.Waves, 5),
            Phases = Rows.Random(3, NeuralParts.Waves, 6),
            MixWeights = Rows.Random(3, NeuralParts.Waves * NeuralParts.Mixes, 7),
            MixBiases = Rows.Random(3, NeuralParts.Mixes, 8),
            Embeddings = Rows.Random(13, NeuralParts.EmbeddingWidth, 9),
            Layers = [Layer(26, 37, false, 10), Layer(37, 20, false, 20), Layer(20, outputs, true, 30)],
            Activation = activation,
            Range = ranged ? new NeuralRange(2, 1, -30, 30) : null,
            Epochs = 7,
        };
    }

    private static double[] Expected(NeuralParts parts, ReadOnlySpan<float> row)
    {
        List<double> x = [];
        int[] numbers = [0, 1, 5];
        for (int i = 0; i < 3; i++)
        {
            double t = (row[numbers[i]] - parts.Inputs.Centers[i]) * parts.Inputs.Scales[i];
            x.Add(float.IsNaN(row[numbers[i]]) ? 0 : t / Math.Sqrt(1 + (t / 3 * (t / 3))));
        }
        x.Add(float.IsNaN(row[5]) ? 1 : 0);
        x.Add(float.IsNaN(row[2]) ? 0 : row[2] == 0 ? -1 : 1);
        for (int level = 0; level < 4; level++) x.Add(row[3] == level ? 1 : 0);
        for (int i = 0; i < 3; i++)
        {
            for (int mix = 0; mix < 3; mix++)
            {
                double sum = parts.MixBiases[(i * 3) + mix];
                for (int w = i * 16; w < (i + 1) * 16; w++)
                    sum += parts.MixWeights[(w * 3) + mix] * Math.Cos(2 * Math.PI * ((parts.Frequencies[w] * x[i]) + parts.Phases[w]));
                x.Add(sum);
            }
        }
        int code = Math.Min((int)row[4], 12);
        for (int d = 0; d < 8; d++) x.Add(parts.Embeddings[(code * 8) + d]);
        double[] h = [.. x];
        foreach (NeuralLayer layer in parts.Layers)
        {
            double[] z = new double[layer.Outputs];
            for (int u = 0; u < z.Length; u++)
            {
                z[u] = layer.Biases[u];
                for (int k = 0; k < h.Length; k++) z[u] += h[k] * layer.Weights[(k * z.Length) + u];
                if (layer.Slopes.Length > 0) z[u] += layer.Slopes[u] * (Bent(parts.Activation, z[u]) - z[u]);
            }
            h = z;
        }
        return h;
    }

    private static double Bent(NeuralActivation activation, double z) => activation == NeuralActivation.Mish
        ? z * Math.Tanh(Math.Log(1 + Math.Exp(z)))
        : 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * (Math.Exp(z) - 1));
}
