using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Agreement with what Hugging Face transformers computed from the same directory.</summary>
[TestClass, NeedsShared]
public sealed class EncoderReferenceTests
{
    private const double Tolerance = 1e-4;

    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    private static string Folder => Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2");

    private static JsonElement Reference() =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "reference.json"))).RootElement;

    private static (Tensor Ids, Tensor Mask, JsonElement[] Cases, JsonElement Cosine) Batch()
    {
        JsonElement states = Reference().GetProperty("hidden_states");
        JsonElement[] cases = [.. states.GetProperty("cases").EnumerateArray()];
        ITextTokenizer tokenizer = Tokenizers.Load(Folder);
        long[][] ids = [.. cases.Select(c => Ids(tokenizer, c.GetProperty("text").GetString()!))];
        (Tensor padded, Tensor mask) = EncoderCases.Pad(ids, pad: 0);
        return (padded, mask, cases, states.GetProperty("cosine"));
    }

    private static long[] Ids(ITextTokenizer tokenizer, string text)
    {
        int[] tokens = tokenizer.Tokenize(text).Ids;
        long[] ids = new long[TokenSequence.Length(tokens.Length, tokenizer.Special, 64)];
        TokenSequence.Write(tokens, tokenizer.Special, 64, ids);
        return ids;
    }

    [TestMethod]
    public void Hidden_states_pooler_and_embeddings_agree_with_transformers()
    {
        using TextEncoder encoder = TextEncoder.Load(Folder, CPU);
        using var quiet = inference_mode();
        (Tensor ids, Tensor mask, JsonElement[] cases, JsonElement cosine) = Batch();

        IReadOnlyList<Tensor> states = encoder.HiddenStates(ids, mask, null);
        Tensor pooled = encoder.Pool(states[^1]);

        Tensor[] embeddings = new Tensor[cases.Length];
        for (int i = 0; i < cases.Length; i++)
        {
            int length = cases[i].GetProperty("length").GetInt32();
            Assert.AreEqual(length, mask[i].sum().ToInt64());
            for (int layer = 0; layer < states.Count; layer++)
            {
                Tensor own = states[layer][i].narrow(0, 0, length);
                Close(cases[i].GetProperty("layer_means")[layer], own.mean().ToDouble(), $"mean of layer {layer}");
                Close(cases[i].GetProperty("layer_l2")[layer], own.norm().ToDouble(), $"norm of layer {layer}", 1e-3);
            }
            JsonElement[] first = [.. cases[i].GetProperty("last_hidden_state_first8").EnumerateArray()];
            for (int token = 0; token < first.Length; token++)
            {
                for (int j = 0; j < 8; j++) Close(first[token][j], states[^1][i][token][j].ToDouble(), $"token {token}, value {j}");
            }
            for (int j = 0; j < 8; j++) Close(cases[i].GetProperty("pooler_first8")[j], pooled[i][j].ToDouble(), $"pooler {j}");
            Tensor mean = states[^1][i].narrow(0, 0, length).mean([0]);
            embeddings[i] = mean / mean.norm();
            for (int j = 0; j < 384; j++) Close(cases[i].GetProperty("sentence_embedding")[j], embeddings[i][j].ToDouble(), $"embedding {j}");
        }
        for (int i = 0; i < cases.Length; i++)
        {
            for (int j = 0; j < cases.Length; j++) Close(cosine[i][j], embeddings[i].dot(embeddings[j]).ToDouble(), $"cosine {i}, {j}");
        }
    }

    private static void Close(JsonElement expected, double found, string what, double tolerance = Tolerance) =>
        Assert.AreEqual(expected.GetDouble(), found, tolerance, what);

    [TestMethod]
    public void Weights_held_in_bfloat16_stay_close_to_float32()
    {
        using TextEncoder encoder = TextEncoder.Load(Folder, CPU);
        using var quiet = inference_mode();
        (Tensor ids, Tensor mask, _, _) = Batch();
        Tensor exact = encoder.forward(ids, mask, null);
        encoder.Precision = Precision.BFloat16;

        using IDisposable held = encoder.HoldWeights();
        Tensor rough = encoder.forward(ids, mask, null);

        Tensor kept = mask.unsqueeze(-1).to(ScalarType.Float32);
        double error = ((rough - exact) * kept).norm().ToDouble() / (exact * kept).norm().ToDouble();
        Assert.IsLessThan(0.02, error);
    }
}
