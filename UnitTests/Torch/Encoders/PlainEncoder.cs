namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A second, slow encoder in plain loops over float64, one text at a time, with names spelled out: what the fast one is held against.</summary>
internal sealed class PlainEncoder(EncoderConfig config, IReadOnlyDictionary<string, float[]> weights)
{
    private readonly int hidden = config.HiddenSize;

    /// <summary>Hidden states of one text without padding: [length][hidden].</summary>
    public double[][] Run(long[] ids, long[]? types = null)
    {
        bool counted = config.Kind is EncoderKind.Roberta or EncoderKind.XlmRoberta or EncoderKind.MpNet;
        float[] words = weights["embeddings.word_embeddings.weight"], places = weights["embeddings.position_embeddings.weight"];
        double[][] x = new double[ids.Length][];
        for (int t = 0; t < ids.Length; t++)
        {
            x[t] = new double[config.EmbeddingSize];
            for (int j = 0; j < config.EmbeddingSize; j++)
            {
                x[t][j] = words[ids[t] * config.EmbeddingSize + j] + places[(t + (counted ? 2 : 0)) * config.EmbeddingSize + j];
                if (weights.TryGetValue("embeddings.token_type_embeddings.weight", out float[]? kinds)) x[t][j] += kinds[(types?[t] ?? 0) * config.EmbeddingSize + j];
            }
        }
        x = Norm(x, "embeddings.LayerNorm");
        if (config.Kind == EncoderKind.Electra) x = Linear(x, "embeddings_project", hidden);
        if (config.Kind == EncoderKind.Albert) x = Linear(x, "encoder.embedding_hidden_mapping_in", hidden);
        for (int layer = 0; layer < config.Layers; layer++) x = Layer(x, layer);
        return x;
    }

    private double[][] Layer(double[][] x, int layer)
    {
        string[] n = config.Kind switch
        {
            EncoderKind.DistilBert => [.. new[] { "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm" }
                .Select(s => $"transformer.layer.{layer}.{s}")],
            EncoderKind.Albert => [.. new[] { "attention.query", "attention.key", "attention.value", "attention.dense", "attention.LayerNorm", "ffn", "ffn_output", "full_layer_layer_norm" }
                .Select(s => $"encoder.albert_layer_groups.0.albert_layers.0.{s}")],
            EncoderKind.MpNet => [.. new[] { "attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "attention.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm" }
                .Select(s => $"encoder.layer.{layer}.{s}")],
            _ => [.. new[] { "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm" }
                .Select(s => $"encoder.layer.{layer}.{s}")],
        };
        double[][] q = Linear(x, n[0], hidden), k = Linear(x, n[1], hidden), v = Linear(x, n[2], hidden);
        double[][] context = Attend(q, k, v);
        double[][] middle = Norm(Sum(x, Linear(context, n[3], hidden)), n[4]);
        double[][] up = Linear(middle, n[5], config.IntermediateSize);
        foreach (double[] row in up)
        {
            for (int j = 0; j < row.Length; j++) row[j] = config.Activation == EncoderActivation.Gelu ? Gelu(row[j]) : GeluTanh(row[j]);
        }
        return Norm(Sum(middle, Linear(up, n[6], hidden)), n[7]);
    }

    private double[][] Attend(double[][] q, double[][] k, double[][] v)
    {
        int width = hidden / config.Heads;
        double[][] context = [.. q.Select(_ => new double[hidden])];
        for (int head = 0; head < config.Heads; head++)
        {
            for (int from = 0; from < q.Length; from++)
            {
                double[] scores = new double[k.Length];
                for (int to = 0; to < k.Length; to++)
                {
                    for (int j = 0; j < width; j++) scores[to] += q[from][head * width + j] * k[to][head * width + j];
                    scores[to] /= Math.Sqrt(width);
                    if (config.Kind == EncoderKind.MpNet) scores[to] += weights["encoder.relative_attention_bias.weight"][Bucket(to - from) * config.Heads + head];
                }
                double total = scores.Sum(Math.Exp);
                for (int to = 0; to < k.Length; to++)
                {
                    for (int j = 0; j < width; j++) context[from][head * width + j] += Math.Exp(scores[to]) / total * v[to][head * width + j];
                }
            }
        }
        return context;
    }

    // 32 buckets: 16 for tokens behind and 16 for those ahead; of each, 8 for distances 0 to 7 and 8 up to 128 on a log scale.
    private static int Bucket(int distance)
    {
        int far = Math.Abs(distance), side = distance > 0 ? 16 : 0;
        return side + (far < 8 ? far : Math.Min(15, 8 + (int)(Math.Log(far / 8.0) / Math.Log(16) * 8)));
    }

    private double[][] Linear(double[][] x, string name, int outputs)
    {
        (float[] w, float[] b) = (weights[name + ".weight"], weights[name + ".bias"]);
        return [.. x.Select(row => Enumerable.Range(0, outputs).Select(o => b[o] + row.Select((value, i) => value * w[o * row.Length + i]).Sum()).ToArray())];
    }

    private double[][] Norm(double[][] x, string name)
    {
        (float[] w, float[] b) = (weights[name + ".weight"], weights[name + ".bias"]);
        return [.. x.Select(row =>
        {
            double mean = row.Average(), variance = row.Average(value => (value - mean) * (value - mean));
            return row.Select((value, i) => (value - mean) / Math.Sqrt(variance + config.NormEpsilon) * w[i] + b[i]).ToArray();
        })];
    }

    private static double[][] Sum(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (p, q) => p + q).ToArray())];

    private static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    // x Φ(x), the error function by its Taylor series, which is exact to float64 for the small values of these tests.
    private static double Gelu(double x)
    {
        double z = x / Math.Sqrt(2);
        if (Math.Abs(z) > 5) return x > 0 ? x : 0;
        double term = z, sum = z;
        for (int n = 1; n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return 0.5 * x * (1 + 2 / Math.Sqrt(Math.PI) * sum);
    }
}
