using MLPipes.Pipelines;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The training of a light text network: word vectors, a body for each text column with shared weights, and a linear layer over the bodies' vectors and the quantities.</summary>
internal sealed class TextNetJob : ITrainingJob
{
    private const int ScoringBatch = 256;

    private readonly MLTask task;
    private readonly TextRows rows;
    private readonly TextRows? held;
    private readonly int columns;
    private readonly int width;
    private readonly double dropout;
    private readonly double unknownShare;
    private readonly Parameter table;
    private readonly Parameter head;
    private readonly Parameter biases;

    public TextNetJob(MLTask task, TextRows rows, TextRows? held, TextVocabulary vocabulary, int width, int outputs, Func<Random, ITextBody> body, double dropout, double unknownShare, int seed)
    {
        this.task = task;
        this.rows = rows;
        this.held = held;
        this.dropout = dropout;
        this.unknownShare = unknownShare;
        this.width = width;
        columns = vocabulary.Columns;
        Random random = new(seed);
        table = TextWeights.Draw([vocabulary.Rows, width], 0.25, random);
        Body = body(random);
        int inputs = (columns * Body.Outputs) + rows.RestWidth;
        head = TextWeights.Draw([inputs, outputs], Math.Sqrt(1.0 / inputs), random);
        biases = TextWeights.Zeros(outputs);
        Words = new WordRows(table);
        Weights = [new("words", table) { Decays = false }, .. Body.Weights, new("head", head) { Depth = 2 }, new("head.bias", biases) { Depth = 2 }];
    }

    public nn.Module Model { get; } = nn.Identity();

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => rows.Count;

    public string ScoreName => "negative loss";

    public long ValidationTokens => held?.IdCount ?? 0;

    /// <summary>The body, whose weights are trained.</summary>
    public ITextBody Body { get; }

    /// <summary>[rows × width].</summary>
    public float[] Table => TextWeights.ArrayOf(table);

    /// <summary>[inputs × outputs].</summary>
    public float[] Head => TextWeights.ArrayOf(head);

    /// <summary>[outputs].</summary>
    public float[] Biases => TextWeights.ArrayOf(biases);

    public int TokensOf(int example) => rows.Length(example);

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        int[] batch = examples.ToArray();
        // Of the step, the batch and the run's own noise alone, so that a resumed run draws the same.
        Random random = new(unchecked((int)NoiseSource.Mix(((ulong)(uint)step.Number << 32) | (uint)batch[0]) ^ (int)step.Noise.Position));
        return LossOf(Logits(rows, batch, step.Noise, random), rows, batch, isMean: true);
    }

    public double? Validate(CancellationToken cancel)
    {
        if (held is null) return null;
        double loss = 0, total = 0;
        foreach (int[] batch in LengthBuckets.ForScoring([.. Enumerable.Range(0, held.Count).Select(held.Length)], ScoringBatch))
        {
            cancel.ThrowIfCancellationRequested();
            using IDisposable scope = NewDisposeScope();
            loss += LossOf(Logits(held, batch, null, null), held, batch, isMean: false).item<float>();
            foreach (int row in batch) total += held.Weights[row];
        }
        return -loss / total;
    }

    private Tensor Logits(TextRows from, int[] batch, NoiseSource? noise, Random? random)
    {
        List<Tensor> parts = [];
        for (int c = 0; c < columns; c++)
        {
            (Tensor ids, int[] lengths, int longest) = Ids(from, batch, c, random);
            Tensor words = Words!.Look(ids) * TextWeights.Mask(lengths, longest, 0);
            if (noise is not null) words = noise.Dropout(words, dropout / 2);
            parts.Add(Body.Encode(words, lengths));
        }
        if (from.RestWidth > 0)
        {
            float[] rest = new float[batch.Length * from.RestWidth];
            for (int i = 0; i < batch.Length; i++) from.Rest(batch[i]).CopyTo(rest.AsSpan(i * from.RestWidth));
            parts.Add(tensor(rest).view(batch.Length, from.RestWidth));
        }
        Tensor hidden = parts.Count == 1 ? parts[0] : cat(parts, 1);
        if (noise is not null) hidden = noise.Dropout(hidden, dropout);
        return matmul(hidden, head) + biases;
    }

    private (Tensor Ids, int[] Lengths, int Longest) Ids(TextRows from, int[] batch, int column, Random? random)
    {
        int[] lengths = Array.ConvertAll(batch, row => from.Ids(row, column).Length);
        int longest = lengths.Max();
        long[] ids = new long[batch.Length * longest];
        for (int i = 0; i < batch.Length; i++)
        {
            ReadOnlySpan<int> own = from.Ids(batch[i], column);
            // Some words are read as unknown ones, so that what those say is learned too, and no single word is relied on.
            for (int t = 0; t < own.Length; t++) ids[(i * longest) + t] = random is not null && unknownShare > 0 && random.NextDouble() < unknownShare ? 0 : own[t];
        }
        return (tensor(ids).view(batch.Length, longest), lengths, longest);
    }

    private Tensor LossOf(Tensor logits, TextRows from, int[] batch, bool isMean)
    {
        float[] weights = Array.ConvertAll(batch, row => from.Weights[row]);
        Tensor each = task switch
        {
            MLTask.Binary => nn.functional.binary_cross_entropy_with_logits(logits.view(-1), tensor(Array.ConvertAll(batch, row => from.Labels[row])), reduction: nn.Reduction.None),
            MLTask.Multiclass => nn.functional.cross_entropy(logits, tensor(Array.ConvertAll(batch, row => (long)from.Labels[row])), reduction: nn.Reduction.None),
            _ => nn.functional.mse_loss(logits.view(-1), tensor(Array.ConvertAll(batch, row => from.Labels[row])), reduction: nn.Reduction.None),
        };
        Tensor weighted = each * tensor(weights);
        return isMean ? weighted.mean() : weighted.sum();
    }
}
