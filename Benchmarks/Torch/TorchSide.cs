using System.Diagnostics;
using MLPipes.Trainers.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Benchmarks;

/// <summary>What a side did: how many tokens in what time, of the clock and of all cores, and the mean loss of training.</summary>
internal readonly record struct TorchSpeed(long Tokens, double Seconds, double CpuSeconds, double Loss)
{
    public double TokensPerSecond => Tokens / Seconds;

    public double TokensPerCpuSecond => Tokens / CpuSeconds;
}

/// <summary>The side of mlpipes: fine-tuning and prediction by the classes that its trainers use.</summary>
internal sealed class TorchSide : ITrainingJob, IDisposable
{
    private const double Rate = 5e-5, ClipNorm = 1;

    private readonly IReadOnlyList<TorchBatches.Batch> batches;
    private readonly TextNetwork network;
    private readonly FusedAdamW optimizer;
    private readonly NoiseSource noise = new(1);
    private readonly TrainingOptions options = new();
    private int trained, inferred;

    public TorchSide(string model, TorchBatches batches, Precision precision, int threads)
    {
        this.batches = batches.All;
        TorchRuntime.UseThreads(threads);
        TextEncoder encoder = TextEncoder.Load(model, CPU);
        encoder.Precision = precision;
        Tensor head = empty(2, encoder.Config.HiddenSize).normal_(0, encoder.Config.InitializerRange, noise.Next(CPU));
        network = new TextNetwork(encoder, new Parameter(head), new Parameter(zeros(2)), TextPooling.Mean, default);
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
        Weights =
        [
            .. encoder.Weights.Where(w => !w.Key.StartsWith("pooler.", StringComparison.Ordinal)).Select(w => new TrainedWeight(w.Key, w.Value)),
            new TrainedWeight("head.weight", network.Weight), new TrainedWeight("head.bias", network.Bias),
        ];
        optimizer = new FusedAdamW(Weights, new AdamWSettings(), Words, threads);
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => batches.Count;

    public int TokensOf(int example) => (int)batches[example].Tokens;

    // One example of this job is a whole batch: the two sides share who is in it.
    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        TorchBatches.Batch batch = batches[examples[0]];
        Tensor scores = network.Scores(Tensors(batch), step.Noise, network.Encoder.Config.HiddenDropout);
        return nn.functional.cross_entropy(scores, tensor(Array.ConvertAll(batch.Labels, l => (long)l)));
    }

    public TorchSpeed Train(int count)
    {
        network.Encoder.train();
        double loss = 0;
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long tokens = 0, start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++, trained++)
        {
            int at = trained % batches.Count;
            loss += TrainingPass.Run(this, options, [at], new TrainingStep(trained, int.MaxValue, 0, noise), share: 1);
            optimizer.Step(Rate, ClipNorm, default);
            tokens += batches[at].Tokens;
        }
        return new TorchSpeed(tokens, Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds, loss / count);
    }

    public TorchSpeed Infer(int count)
    {
        network.Encoder.eval();
        optimizer.CatchUp();
        using IDisposable held = network.Encoder.HoldWeights(), off = inference_mode();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        long tokens = 0, start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++, inferred++)
        {
            TorchBatches.Batch batch = batches[inferred % batches.Count];
            using DisposeScope scope = NewDisposeScope();
            network.Scores(Tensors(batch));
            tokens += batch.Tokens;
        }
        return new TorchSpeed(tokens, Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds, 0);
    }

    private static TextBatch Tensors(TorchBatches.Batch batch)
    {
        int rows = batch.Sizes.Length;
        long[] mask = new long[rows * batch.Length];
        for (int row = 0; row < rows; row++) mask.AsSpan(row * batch.Length, batch.Sizes[row]).Fill(1);
        int[] counts = new int[rows];
        Array.Fill(counts, 1);
        return new TextBatch(tensor(Array.ConvertAll(batch.Ids, i => (long)i), [rows, batch.Length]), tensor(mask, [rows, batch.Length]), null, null, counts);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Words!.Dispose();
        network.Dispose();
        noise.Dispose();
    }
}
