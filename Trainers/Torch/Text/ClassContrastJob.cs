using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MLPipes.Trainers.Torch;

/// <summary>Training of an encoder by contrast with one vector a class: a text comes nearer to that of its class, and leaves those of the others.</summary>
/// <remarks>
/// The loss of a text with vector v of class y is −log(exp(v·c_y/τ) / Σₖ exp(v·cₖ/τ)), all vectors of length 1 (Zhai and Wu, Classification is a
/// Strong Baseline for Deep Metric Learning, BMVC 2019, section 3.1). The class vectors learn with the encoder.
/// </remarks>
internal sealed class ClassContrastJob : ITrainingJob, IDisposable
{
    private readonly TextNetwork network;
    private readonly WindowedRows rows;
    private readonly int[] classes;
    private readonly double temperature;
    private readonly int pad;
    private readonly Parameter centres;

    /// <param name="network">Its encoder is trained, and its pooling used; its head is not.</param>
    /// <param name="rows">The texts.</param>
    /// <param name="classes">[rows].</param>
    /// <param name="centres">[classes × hidden], where the class vectors begin; of any length but 0.</param>
    /// <param name="temperature">τ.</param>
    /// <param name="pad">Id that fills up sequences.</param>
    /// <param name="seed">Where dropout begins.</param>
    public ClassContrastJob(TextNetwork network, WindowedRows rows, int[] classes, Tensor centres, double temperature, int pad, int seed)
    {
        (this.network, this.rows, this.classes, this.temperature, this.pad) = (network, rows, classes, temperature, pad);
        this.centres = new Parameter(centres);
        TextEncoder encoder = network.Encoder;
        using IAdaptation full = Adaptations.Create(Adaptation.Full, new AdaptationOptions());
        full.Attach(encoder, seed);
        Weights = [.. ParameterGroups.Of(encoder, full), new("centres", this.centres) { Depth = ParameterGroups.HeadDepth(encoder) }];
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => classes.Length;

    public int TokensOf(int example) => rows.Windows(example)[0].Ids.Length;

    public Tensor Loss(ReadOnlySpan<int> batch, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        int[] at = batch.ToArray();
        Tensor vectors = network.Pooled(TextBatch.First(rows, at, pad, network.Encoder.Device));
        return Contrast(vectors, centres, Array.ConvertAll(at, row => (long)classes[row]), temperature);
    }

    public void Dispose() => centres.Dispose();

    /// <summary>The sum of each class's vectors, whose direction is that of their mean, [classes × hidden]; a class without texts has the sum of all.</summary>
    /// <param name="vectors">[rows × hidden + rest].</param>
    /// <param name="classes">[rows].</param>
    /// <param name="count">Number of classes.</param>
    /// <param name="encoder">Whose vectors they are.</param>
    public static Tensor Centres(float[] vectors, int[] classes, int count, TextEncoder encoder)
    {
        int hidden = encoder.Config.HiddenSize, width = vectors.Length / classes.Length;
        float[] sums = new float[count * hidden], all = new float[hidden];
        for (int row = 0; row < classes.Length; row++)
        {
            ReadOnlySpan<float> own = vectors.AsSpan(row * width, hidden);
            Span<float> sum = sums.AsSpan(classes[row] * hidden, hidden);
            TensorPrimitives.Add(sum, own, sum);
            TensorPrimitives.Add(all, own, all);
        }
        foreach (int empty in Enumerable.Range(0, count).Except(classes)) all.CopyTo(sums.AsSpan(empty * hidden));
        return tensor(sums, [count, hidden], device: encoder.Device);
    }

    /// <summary>The loss, a scalar.</summary>
    /// <param name="vectors">[n × width], of length 1.</param>
    /// <param name="centres">[classes × width], of any length but 0.</param>
    /// <param name="classes">[n].</param>
    /// <param name="temperature">τ.</param>
    internal static Tensor Contrast(Tensor vectors, Tensor centres, long[] classes, double temperature)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = vectors.matmul((centres / centres.norm(1, keepdim: true).AtLeast(1e-12)).t()).Times(1 / temperature);
        return nn.functional.cross_entropy(scores, tensor(classes, device: vectors.device)).MoveToOuterDisposeScope();
    }
}
