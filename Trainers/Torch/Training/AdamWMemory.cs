using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>AdamW over the processor's memory: each value is read and written once an update.</summary>
internal sealed unsafe class AdamWMemory : IAdamWDense
{
    // Small enough that threads share the work evenly, large enough that handing it out costs nothing.
    private const int ChunkValues = 1 << 15;

    private readonly TrainedWeight?[] weights;
    private readonly AdamWSettings settings;
    private readonly int threads;
    private readonly Tensor?[] means, squares, gradients;
    private readonly int[] counts;
    private readonly List<(int Weight, long Start, int Count)> chunks = [];

    /// <param name="weights">What to update; null where another part does.</param>
    /// <param name="settings">AdamW's constants.</param>
    /// <param name="threads">Threads to use.</param>
    public AdamWMemory(TrainedWeight?[] weights, AdamWSettings settings, int threads)
    {
        this.weights = weights;
        this.settings = settings;
        this.threads = threads;
        means = [.. weights.Select(w => w is null ? null : zeros_like(w.Value, requires_grad: false).DetachFromDisposeScope())];
        squares = [.. weights.Select(w => w is null ? null : zeros_like(w.Value, requires_grad: false).DetachFromDisposeScope())];
        gradients = new Tensor?[weights.Length];
        counts = new int[weights.Length];
    }

    public double Collect(ReadOnlySpan<double> factors)
    {
        chunks.Clear();
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] is not { } weight) continue;
            using Tensor? gradient = weight.Value.grad;
            weight.Value.grad = null;
            if (gradient is null || FusedAdamW.Factor(factors, i) == 0) continue;
            gradients[i] = gradient.contiguous().DetachFromDisposeScope();
            long values = gradient.numel();
            for (long start = 0; start < values; start += ChunkValues) chunks.Add((i, start, (int)Math.Min(ChunkValues, values - start)));
        }
        double[] sums = new double[chunks.Count];
        nint[] at = Pointers(gradients);
        ForChunks(c => sums[c] = AdamWKernels.SquareSum((float*)at[chunks[c].Weight] + chunks[c].Start, chunks[c].Count));
        double total = 0;
        foreach (double sum in sums) total += sum;
        return total;
    }

    public void Step(double rate, double clip, ReadOnlySpan<double> factors)
    {
        AdamWFactors[] numbers = new AdamWFactors[weights.Length];
        nint[] p = new nint[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            if (gradients[i] is null) continue;
            numbers[i] = AdamWFactors.Of(settings, weights[i]!.Decays, rate * FusedAdamW.Factor(factors, i), clip, ++counts[i]);
            p[i] = (nint)AdamWRows.Pointer(weights[i]!.Value);
        }
        nint[] m = Pointers(means), v = Pointers(squares), g = Pointers(gradients);
        ForChunks(c =>
        {
            (int w, long start, int count) = chunks[c];
            AdamWKernels.Update((float*)p[w] + start, (float*)m[w] + start, (float*)v[w] + start, (float*)g[w] + start, count, numbers[w]);
        });
        Forget();
    }

    public void Forget()
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            gradients[i]?.Dispose();
            gradients[i] = null;
        }
        chunks.Clear();
    }

    public IReadOnlyList<(string Name, Tensor Value)> State()
    {
        List<(string, Tensor)> state = [("counts", tensor(Array.ConvertAll(counts, c => (float)c)))];
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] is { } weight) state.AddRange([($"m.{weight.Name}", means[i]!), ($"v.{weight.Name}", squares[i]!)]);
        return state;
    }

    public void Restore(Func<string, float[]> read)
    {
        float[] made = read("counts");
        for (int i = 0; i < weights.Length; i++)
        {
            counts[i] = (int)made[i];
            if (weights[i] is not { } weight) continue;
            read($"m.{weight.Name}").AsSpan().CopyTo(MemoryMarshal.Cast<byte, float>(means[i]!.bytes));
            read($"v.{weight.Name}").AsSpan().CopyTo(MemoryMarshal.Cast<byte, float>(squares[i]!.bytes));
        }
    }

    public void Dispose()
    {
        Forget();
        foreach (Tensor? state in (IEnumerable<Tensor?>)[.. means, .. squares]) state?.Dispose();
    }

    private static nint[] Pointers(Tensor?[] values) => Array.ConvertAll(values, t => t is null ? 0 : (nint)AdamWRows.Pointer(t));

    private void ForChunks(Action<int> work)
    {
        if (threads == 1 || chunks.Count < 4)
        {
            for (int c = 0; c < chunks.Count; c++) work(c);
            return;
        }
        Parallel.For(0, chunks.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
    }
}
