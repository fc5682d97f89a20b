using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TextEncoderTrainingTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    public static IEnumerable<object[]> Kinds => EncoderCases.Kinds;

    // A weighted sum: the plain one, and that of squares, are the same for all normed values.
    private static Tensor Loss(TextEncoder encoder)
    {
        (Tensor ids, Tensor mask) = EncoderCases.Pad([EncoderCases.Text(6, 1), EncoderCases.Text(11, 2)], encoder.Config.PadToken);
        Tensor factors = arange(2 * 6 * 12, ScalarType.Float64).mul(1.7).sin().view(2, 6, 12);
        return (encoder.forward(ids, mask, null).narrow(1, 0, 6) * factors).sum();
    }

    /// <summary>Gradients of a loss over a padded batch, by weight.</summary>
    private static Dictionary<string, float[]> Gradients(TextEncoder encoder)
    {
        using DisposeScope scope = NewDisposeScope();
        encoder.zero_grad();
        encoder.train();
        Loss(encoder).backward();
        return encoder.Weights.Where(w => w.Value.grad is not null).ToDictionary(w => w.Key, w => EncoderCases.Floats(w.Value.grad!));
    }

    private static TextEncoder Create(string kind, bool drops = true)
    {
        TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        if (drops) encoder.Noise = new NoiseSource(7);
        encoder.Dropout = 0.2;
        return encoder;
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Layers_computed_again_give_the_same_gradients_with_dropout(string kind)
    {
        using TextEncoder plain = Create(kind), again = Create(kind);
        again.RecomputesLayers = true;

        Dictionary<string, float[]> expected = Gradients(plain), found = Gradients(again);

        CollectionAssert.AreEquivalent(expected.Keys, found.Keys);
        Assert.AreEqual(plain.Noise!.Position, again.Noise!.Position);
        foreach ((string name, float[] gradient) in expected)
        {
            for (int i = 0; i < gradient.Length; i++) Assert.AreEqual(gradient[i], found[name][i], 1e-5 * (1 + Math.Abs(gradient[i])), name);
        }
    }

    [TestMethod]
    public void Layers_are_computed_again_where_the_embeddings_are_frozen()
    {
        using TextEncoder encoder = Create("Bert");
        encoder.RecomputesLayers = true;
        foreach ((string name, var weight) in encoder.Weights) weight.requires_grad_(encoder.DepthOf(name) > 0);

        Dictionary<string, float[]> gradients = Gradients(encoder);

        Assert.IsTrue(gradients.ContainsKey("encoder.layer.0.attention.self.query.weight"));
        Assert.IsFalse(gradients.ContainsKey("embeddings.word_embeddings.weight"));
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Gradients_in_bfloat16_point_where_those_in_float32_do(string kind)
    {
        using TextEncoder exact = Create(kind, drops: false), rough = Create(kind, drops: false);
        rough.Precision = Precision.BFloat16;

        Dictionary<string, float[]> expected = Gradients(exact), found = Gradients(rough);

        // The keys' biases move all scores of a row alike, so their true gradient is 0 and only noise remains; and token types without a pair are one row.
        double dot = 0, a = 0, b = 0;
        foreach ((string name, float[] gradient) in expected)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                dot += gradient[i] * found[name][i];
                a += gradient[i] * gradient[i];
                b += found[name][i] * found[name][i];
            }
        }
        Assert.IsGreaterThan(0.99, dot / Math.Sqrt(a * b));
    }

    [TestMethod]
    public void Gradients_agree_with_differences()
    {
        using TextEncoder encoder = Create("MpNet", drops: false);
        Dictionary<string, float[]> gradients = Gradients(encoder);

        foreach (string name in new[] { "encoder.layer.1.attention.attn.q.weight", "encoder.relative_attention_bias.weight", "encoder.layer.0.output.LayerNorm.bias", "embeddings.word_embeddings.weight" })
        {
            int at = Array.IndexOf(gradients[name], gradients[name].MaxBy(Math.Abs));
            double difference = (Moved(+1e-2) - Moved(-1e-2)) / 2e-2;
            Assert.AreEqual(difference, gradients[name][at], 0.02 * Math.Abs(difference), name);

            double Moved(double step)
            {
                using var quiet = no_grad();
                Tensor value = encoder.Weights[name].view(-1)[at];
                value.add_(step);
                double loss = Loss(encoder).ToDouble();
                value.sub_(step);
                return loss;
            }
        }
    }

    [TestMethod]
    public void Dropout_repeats_with_its_source_and_is_off_without()
    {
        using TextEncoder encoder = Create("Bert");
        (Tensor ids, Tensor mask) = EncoderCases.Pad([EncoderCases.Text(6, 1)], 0);
        encoder.train();
        using var quiet = no_grad();

        Tensor first = encoder.forward(ids, mask, null), second = encoder.forward(ids, mask, null);
        encoder.Noise!.Position = 0;
        Tensor repeated = encoder.forward(ids, mask, null);
        encoder.Noise = null;
        Tensor without = encoder.forward(ids, mask, null);
        encoder.eval();

        Assert.AreEqual(0, EncoderCases.Farthest(first, repeated));
        Assert.IsGreaterThan(1e-3, EncoderCases.Farthest(first, second));
        Assert.IsLessThan(1e-5, EncoderCases.Farthest(without, encoder.forward(ids, mask, null)));
    }

    [TestMethod]
    [DataRow(false), DataRow(true)]
    public void Steps_leave_no_tensors_behind(bool recomputes)
    {
        using TextEncoder encoder = Create("MpNet");
        encoder.RecomputesLayers = recomputes;
        Gradients(encoder);
        long before = Tensor.TotalCount;

        for (int step = 0; step < 20; step++) Gradients(encoder);

        // A handle that waits for the garbage collector would grow by some at every step.
        Assert.IsLessThan(before + 20, Tensor.TotalCount);
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Held_weights_give_the_same_and_forget_on_release(string kind)
    {
        using TextEncoder encoder = Create(kind);
        (Tensor ids, Tensor mask) = EncoderCases.Pad([EncoderCases.Text(6, 1), EncoderCases.Text(11, 2)], encoder.Config.PadToken);
        using var quiet = no_grad();
        Tensor expected = encoder.forward(ids, mask, null);

        Tensor found;
        using (encoder.HoldWeights()) found = encoder.forward(ids, mask, null);
        encoder.Layers[0].Query.Weight.mul_(2);
        Tensor changed = encoder.forward(ids, mask, null);

        Assert.IsLessThan(1e-6, EncoderCases.Farthest(expected, found));
        Assert.IsGreaterThan(1e-4, EncoderCases.Farthest(expected, changed));
    }
}
