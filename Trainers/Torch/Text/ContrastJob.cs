using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Training of an encoder by contrast: texts of one class come together, those of others apart.</summary>
/// <remarks>An example is a row; its partner is another row of its class, a new one in each pass. A row whose class has no other is no example.</remarks>
internal sealed class ContrastJob : ITrainingJob
{
    private readonly TextNetwork network;
    private readonly WindowedRows rows;
    private readonly int[] classes, examples;
    private readonly Dictionary<int, int[]> byClass;
    private readonly double temperature;
    private readonly int pad, seed;

    /// <param name="network">Its encoder is trained, and its pooling used; its head is not.</param>
    /// <param name="rows">The texts.</param>
    /// <param name="classes">[rows].</param>
    /// <param name="temperature">τ.</param>
    /// <param name="pad">Id that fills up sequences.</param>
    /// <param name="seed">Where partners come from.</param>
    public ContrastJob(TextNetwork network, WindowedRows rows, int[] classes, double temperature, int pad, int seed)
    {
        (this.network, this.rows, this.classes, this.temperature, this.pad, this.seed) = (network, rows, classes, temperature, pad, seed);
        byClass = Enumerable.Range(0, classes.Length).GroupBy(row => classes[row]).ToDictionary(g => g.Key, g => g.ToArray());
        examples = byClass.Count < 2 ? [] : [.. Enumerable.Range(0, classes.Length).Where(row => byClass[classes[row]].Length > 1)];
        TextEncoder encoder = network.Encoder;
        using IAdaptation full = Adaptations.Create(Adaptation.Full, new AdaptationOptions());
        full.Attach(encoder, seed);
        Weights = ParameterGroups.Of(encoder, full);
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => examples.Length;

    public int TokensOf(int example) => 2 * rows.Windows(examples[example])[0].Ids.Length;

    public Tensor Loss(ReadOnlySpan<int> batch, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        int[] at = new int[2 * batch.Length];
        for (int i = 0; i < batch.Length; i++)
        {
            at[i] = examples[batch[i]];
            at[batch.Length + i] = Partner(at[i], step.Epoch);
        }
        Tensor vectors = network.Pooled(TextBatch.First(rows, at, pad, network.Encoder.Device));
        return Contrast(vectors, Array.ConvertAll(at, row => classes[row]), temperature);
    }

    /// <summary>The supervised contrastive loss of vectors of length 1, a scalar.</summary>
    /// <param name="vectors">[n × width].</param>
    /// <param name="classes">[n], each class at least twice.</param>
    /// <param name="temperature">τ.</param>
    internal static Tensor Contrast(Tensor vectors, int[] classes, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        int n = classes.Length;
        float[] pairs = new float[n * n];
        bool[] self = new bool[n * n];
        for (int i = 0; i < n; i++)
        {
            int others = classes.Count(c => c == classes[i]) - 1;
            for (int j = 0; j < n; j++) pairs[i * n + j] = i != j && classes[i] == classes[j] ? 1f / (others * n) : 0;
            self[i * n + i] = true;
        }
        // A vector is no neighbour of itself: its own score counts as nothing.
        Tensor scores = vectors.matmul(vectors.t()).Times(1 / temperature).Masked(tensor(self, [n, n], device: vectors.device), -1e9);
        return (scores.log_softmax(1) * tensor(pairs, [n, n], device: vectors.device)).sum().neg().MoveToOuterDisposeScope();
    }

    // A function of seed, pass and row, so that a resumed training sees the same pairs.
    private int Partner(int row, int epoch)
    {
        int[] same = byClass[classes[row]];
        ulong drawn = NoiseSource.Mix(NoiseSource.Mix(((ulong)(uint)seed << 32) ^ (uint)epoch) ^ (uint)row);
        int place = (int)(drawn % (ulong)(same.Length - 1));
        return same[place] == row ? same[^1] : same[place];
    }
}
