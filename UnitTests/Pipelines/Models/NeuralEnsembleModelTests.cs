using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class NeuralEnsembleModelTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, 5)]
    [DataRow(MLTask.Multiclass, 16)]
    [DataRow(MLTask.Regression, 32)]
    [DataRow(MLTask.Regression, 1)]
    public void Holds_what_every_model_must(MLTask task, int members) =>
        ModelChecks.Holds(new NeuralEnsembleModel(Parts(task == MLTask.Multiclass ? 4 : 1, members, task == MLTask.Regression), Link(task)), Rows.Random(5, 90), damages: 3_000);

    [TestMethod]
    [DataRow(MLTask.Binary, 5)]
    [DataRow(MLTask.Multiclass, 16)]
    [DataRow(MLTask.Regression, 3)]
    public void Predictions_agree_with_the_formulas_in_double_precision(MLTask task, int members)
    {
        NeuralEnsembleParts parts = Parts(task == MLTask.Multiclass ? 4 : 1, members, task == MLTask.Regression);
        NeuralEnsembleModel model = new(parts, Link(task));
        float[] values = Rows.Random(5, 60);
        for (int r = 0; r < 60; r++) (values[(r * 5) + 2], values[(r * 5) + 3], values[(r * 5) + 4]) = (r % 4 == 3 ? 9 : r % 4, r % 14, r % 6 == 0 ? float.NaN : values[(r * 5) + 4]);

        float[] predictions = model.PredictAll(FeatureMatrix.Dense(values, 5));

        for (int r = 0; r < 60; r++)
        {
            double[] expected = Expected(parts, values.AsSpan(r * 5, 5), task);
            for (int k = 0; k < expected.Length; k++) Assert.AreEqual(expected[k], predictions[(r * expected.Length) + k], 2e-5, $"row {r}, output {k}");
        }
    }

    [TestMethod]
    public void A_number_beyond_its_edges_is_read_as_the_edge()
    {
        NeuralEnsembleModel model = new(new NeuralEnsembleParts
        {
            Inputs = new NeuralInputs { Features = 1, Numbers = [0], Centers = [0], Scales = [1] },
            Bins = new NeuralBins { Cells = [0], Pieces = [2], Edges = [-1, 0, 2] },
            EdgeValues = [.. Enumerable.Range(0, 3).SelectMany(edge => Enumerable.Repeat(10f * edge, NeuralBins.Width))],
            Factors = [.. Enumerable.Repeat(1f, 1 + NeuralBins.Width)],
            Shared = [],
            Heads = [new NeuralLayer { Inputs = 1 + NeuralBins.Width, Outputs = 1, Weights = [.. new float[NeuralBins.Width], 1], Biases = [0] }],
            Range = new NeuralRange(1, 0, -1e6, 1e6),
        }, new IdentityLink());

        float[] read = [.. new[] { float.NegativeInfinity, -9, 0, 9, float.MaxValue, float.NaN }.Select(x => ModelChecks.ScoreOne(model, x))];

        CollectionAssert.AreEqual(new float[] { 0, 0, 10, 20, 20, 10 }, read);
    }

    [TestMethod]
    public void Certain_members_give_probabilities_that_end()
    {
        NeuralEnsembleParts parts = Constant([200, 200], [-200, -200]);

        float[] sure = new NeuralEnsembleModel(Constant([200], [200]), new LogisticLink()).PredictAll(FeatureMatrix.Dense([1], 1));
        float[] split = new NeuralEnsembleModel(Constant([200], [-200]), new LogisticLink()).PredictAll(FeatureMatrix.Dense([1], 1));
        float[] several = new NeuralEnsembleModel(parts, new SoftmaxLink()).PredictAll(FeatureMatrix.Dense([1], 1));

        Assert.AreEqual(1, sure[0], 1e-6);
        Assert.AreEqual(0.5, split[0], 1e-6);
        Assert.AreEqual(0.5, several[0], 1e-6);
    }

    [TestMethod]
    public void Parts_that_do_not_fit_are_refused()
    {
        Refuses(p => p.Factors[3] = float.NaN);
        Refuses(p => p.EdgeValues[0] = float.PositiveInfinity);
        Refuses(p => p.Heads[1] = Layer(8, 2, last: true, seed: 1));
        Refuses(p => p.Heads[1] = Layer(9, 1, last: true, seed: 1));
        Refuses(p => p.Shared[1] = Layer(11, 8, last: false, seed: 1));
        Refuses(p => p.Bins.Cells[1] = 99);
        Refuses(p => p.Bins.Pieces[0] = 0);
        Refuses(p => p.Bins.Edges[1] = p.Bins.Edges[0]);
        Refuses(p => p.Inputs.Centers[0] = double.NaN);
        Assert.ThrowsExactly<ArgumentException>(() => new NeuralEnsembleModel(Parts(1, NeuralEnsembleParts.MostMembers + 1, ranged: false), null));

        static void Refuses(Action<NeuralEnsembleParts> spoil)
        {
            NeuralEnsembleParts parts = Parts(1, 3, ranged: false);
            spoil(parts);
            Assert.ThrowsExactly<ArgumentException>(() => new NeuralEnsembleModel(parts, null));
        }
    }

    private static ILink Link(MLTask task) => task switch { MLTask.Binary => new LogisticLink(), MLTask.Multiclass => new SoftmaxLink(), _ => new IdentityLink() };

    private static NeuralLayer Layer(int width, int units, bool last, int seed) => new()
    {
        Inputs = width,
        Outputs = units,
        Weights = [.. Rows.Random(width, units, seed).Select(w => w * 0.1f)],
        Biases = Rows.Random(1, units, seed + 1),
        Slopes = last ? [] : [.. Enumerable.Repeat(1f, units)],
    };

    // Two numbers with pieces, one with a flag and none, a group of 3, 12 codes: 3 + 1 + 3 cells, 32 of pieces, 8 embedded.
    private static NeuralEnsembleParts Parts(int outputs, int members, bool ranged) => new()
    {
        Inputs = new NeuralInputs
        {
            Features = 5,
            Numbers = [0, 1, 4],
            Centers = [0.1, -0.2, 0],
            Scales = [1, 0.5, 2],
            Flags = [4],
            Groups = [2],
            GroupLevels = [3],
            Coded = [3],
            Codes = [13],
        },
        Bins = new NeuralBins { Cells = [0, 2], Pieces = [3, 1], Edges = [-1.5f, -0.2f, 0.3f, 1.4f, -1, 1] },
        EdgeValues = Rows.Random(6, NeuralBins.Width, 4),
        Embeddings = Rows.Random(13, NeuralParts.EmbeddingWidth, 9),
        Factors = Rows.Random(members, 47, 3),
        Shared = [Layer(47, 21, false, 10), Layer(21, 8, false, 20)],
        Heads = [.. Enumerable.Range(0, members).Select(m => Layer(8, outputs, true, 30 + m))],
        Range = ranged ? new NeuralRange(2, 1, -30, 30) : null,
        Epochs = 7,
    };

    private static NeuralEnsembleParts Constant(params float[][] biases) => new()
    {
        Inputs = new NeuralInputs { Features = 1, Numbers = [0], Centers = [0], Scales = [1] },
        Factors = [.. biases.Select(_ => 1f)],
        Shared = [],
        Heads = [.. biases.Select(b => new NeuralLayer { Inputs = 1, Outputs = b.Length, Weights = new float[b.Length], Biases = b })],
    };

    private static double[] Expected(NeuralEnsembleParts parts, ReadOnlySpan<float> row, MLTask task)
    {
        List<double> x = [];
        int[] numbers = [0, 1, 4];
        for (int i = 0; i < 3; i++)
        {
            double t = (row[numbers[i]] - parts.Inputs.Centers[i]) * parts.Inputs.Scales[i];
            x.Add(float.IsNaN(row[numbers[i]]) ? 0 : t / Math.Sqrt(1 + (t / 3 * (t / 3))));
        }
        x.Add(float.IsNaN(row[4]) ? 1 : 0);
        for (int level = 0; level < 3; level++) x.Add(row[2] == level ? 1 : 0);
        Embed(x[0], [-1.5, -0.2, 0.3, 1.4], 0);
        Embed(x[2], [-1, 1], 4);
        int code = Math.Min((int)row[3], 12);
        for (int d = 0; d < 8; d++) x.Add(parts.Embeddings[(code * 8) + d]);
        double[][] members = [.. Enumerable.Range(0, parts.Heads.Length).Select(m => Member(m))];
        double[] mean = [.. Enumerable.Range(0, members[0].Length).Select(k => members.Average(p => p[k]))];
        return parts.Range is null ? mean : [Math.Clamp((mean[0] * 2) + 1, -30, 30)];

        void Embed(double value, double[] edges, int first)
        {
            int piece = 0;
            while (piece < edges.Length - 2 && value >= edges[piece + 1]) piece++;
            double share = Math.Clamp((value - edges[piece]) / (edges[piece + 1] - edges[piece]), 0, 1);
            for (int d = 0; d < 16; d++) x.Add(((1 - share) * parts.EdgeValues[((first + piece) * 16) + d]) + (share * parts.EdgeValues[((first + piece + 1) * 16) + d]));
        }

        double[] Member(int m)
        {
            double[] h = [.. x.Select((value, k) => value * parts.Factors[(m * 47) + k])];
            foreach (NeuralLayer layer in (NeuralLayer[])[.. parts.Shared, parts.Heads[m]])
            {
                double[] z = new double[layer.Outputs];
                for (int u = 0; u < z.Length; u++)
                {
                    z[u] = layer.Biases[u];
                    for (int k = 0; k < h.Length; k++) z[u] += h[k] * layer.Weights[(k * z.Length) + u];
                    if (layer.Slopes.Length > 0) z[u] = Math.Max(0, z[u]);
                }
                h = z;
            }
            if (task == MLTask.Regression) return h;
            if (task == MLTask.Binary) return [1 / (1 + Math.Exp(-h[0]))];
            double total = h.Sum(v => Math.Exp(v - h.Max()));
            return [.. h.Select(v => Math.Exp(v - h.Max()) / total)];
        }
    }
}
