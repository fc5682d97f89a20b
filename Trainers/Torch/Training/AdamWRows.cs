using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MLPipes.Trainers.Torch;

/// <summary>AdamW for a table of which an update touches few rows: rows without a gradient are left as they are until they are read.</summary>
/// <remarks>
/// A row that was not touched still moves, by its fading mean gradient and by weight decay. What it missed is made good, update by update, when
/// the row is read next, or for all rows by <see cref="CatchUp()"/>. The bits do not depend on when that is. <see cref="Horizon"/> updates after
/// its last gradient a row's mean gradient is set to 0: it has by then faded below what float32 can add to a weight. Rows never touched only decay.
/// </remarks>
internal sealed unsafe class AdamWRows : IDisposable
{
    private const int ChunkRows = 64;

    private readonly WordRows words;
    private readonly AdamWSettings settings;
    private readonly bool decays;
    private readonly int threads, width;
    private readonly Tensor m, v;
    // Updates are numbered from 1; 0 is "never". The factors of update n are steps[n - 1].
    private readonly List<AdamWFactors> steps = [];
    private readonly int[] touched, done;
    private (int[] Rows, Tensor Gradient)? gradient;

    public AdamWRows(WordRows words, AdamWSettings settings, bool decays, int threads)
    {
        this.words = words;
        this.settings = settings;
        this.decays = decays && settings.WeightDecay > 0;
        this.threads = threads;
        width = checked((int)words.Table.shape[1]);
        m = zeros_like(words.Table, requires_grad: false).DetachFromDisposeScope();
        v = zeros_like(words.Table, requires_grad: false).DetachFromDisposeScope();
        touched = new int[words.Table.shape[0]];
        done = new int[touched.Length];
        Horizon = (int)Math.Ceiling(Math.Log(1e-12) / Math.Log(settings.Beta1 / Math.Sqrt(settings.Beta2)));
        words.KeepsRows = true;
        words.BeforeRead = CatchUp;
    }

    /// <summary>Updates after a row's last gradient over which its mean gradient still moves it.</summary>
    public int Horizon { get; }

    /// <summary>Updates so far.</summary>
    public int Steps => steps.Count;

    /// <summary>Takes the gradients of the lookups since the last update, sums those of a row, and gives Σ g².</summary>
    public double Collect()
    {
        gradient = Merge(words.TakeGradients());
        return gradient is { } at ? AdamWKernels.SquareSum(Pointer(at.Gradient), at.Rows.LongLength * width) : 0;
    }

    /// <summary>One update of the whole table, made at once for the rows with a gradient.</summary>
    public void Step(double rate, double clip)
    {
        AdamWFactors factors = AdamWFactors.Of(settings, decays, rate, clip, steps.Count + 1);
        if (gradient is { } at)
        {
            CatchUp(at.Rows);
            steps.Add(factors);
            float* p = Pointer(words.Table), mean = Pointer(m), square = Pointer(v), g = Pointer(at.Gradient);
            int now = steps.Count;
            ForRows(at.Rows.Length, (from, to) =>
            {
                for (int i = from; i < to; i++)
                {
                    long start = (long)at.Rows[i] * width;
                    AdamWKernels.Update(p + start, mean + start, square + start, g + ((long)i * width), width, factors);
                    touched[at.Rows[i]] = done[at.Rows[i]] = now;
                }
            });
        }
        else
        {
            steps.Add(factors);
        }
        Forget();
    }

    /// <summary>Leaves the gradients unused.</summary>
    public void Forget()
    {
        gradient?.Gradient.Dispose();
        gradient = null;
    }

    /// <summary>Makes all that was put off.</summary>
    public void CatchUp()
    {
        float* p = Pointer(words.Table), mean = Pointer(m), square = Pointer(v);
        ForRows(done.Length, (from, to) =>
        {
            for (int row = from; row < to; row++) CatchUp(row, p, mean, square);
        });
    }

    /// <summary>What a checkpoint holds; all rows are caught up.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State() =>
        [("rows.m", m), ("rows.v", v), ("rows.touched", tensor(Array.ConvertAll(touched, t => (float)t))), ("rows.count", tensor(new float[] { steps.Count }))];

    /// <summary>Goes on from a <see cref="State"/>.</summary>
    public void Restore(Func<string, float[]> read)
    {
        int updates = (int)read("rows.count")[0];
        Fill(m, read("rows.m"));
        Fill(v, read("rows.v"));
        float[] at = read("rows.touched");
        for (int row = 0; row < touched.Length; row++)
        {
            touched[row] = (int)at[row];
            done[row] = updates;
        }
        steps.Clear();
        // Their factors are never read again: all rows stand at the update that the state was taken at.
        CollectionsMarshal.SetCount(steps, updates);
    }

    public void Dispose()
    {
        words.KeepsRows = false;
        words.BeforeRead = null;
        Forget();
        m.Dispose();
        v.Dispose();
    }

    internal static float* Pointer(Tensor values) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));

    private static void Fill(Tensor into, float[] values) => values.AsSpan().CopyTo(MemoryMarshal.Cast<byte, float>(into.bytes));

    private void CatchUp(int[] rows)
    {
        float* p = Pointer(words.Table), mean = Pointer(m), square = Pointer(v);
        ForRows(rows.Length, (from, to) =>
        {
            for (int i = from; i < to; i++) CatchUp(rows[i], p, mean, square);
        });
    }

    private void CatchUp(int row, float* p, float* mean, float* square)
    {
        int from = done[row], to = steps.Count;
        if (from == to) return;
        done[row] = to;
        long start = (long)row * width;
        ReadOnlySpan<AdamWFactors> missed = CollectionsMarshal.AsSpan(steps);
        if (touched[row] == 0)
        {
            if (decays) AdamWKernels.Fade(p + start, null, width, missed[from..to]);
            return;
        }
        int end = Math.Clamp(touched[row] + Horizon, from, to);
        AdamWKernels.Replay(p + start, mean + start, square + start, width, missed[from..end]);
        if (end == to) return;
        new Span<float>(mean + start, width).Clear();
        AdamWKernels.Fade(p + start, square + start, width, missed[end..to]);
    }

    private (int[], Tensor)? Merge(IReadOnlyList<(int[] Rows, Tensor Gradient)> parts)
    {
        if (parts.Count == 0) return null;
        if (parts.Count == 1) return (parts[0].Rows, parts[0].Gradient.contiguous().DetachFromDisposeScope());
        Dictionary<int, int> places = [];
        List<int> order = [];
        foreach ((int[] rows, _) in parts)
            foreach (int row in rows)
                if (places.TryAdd(row, order.Count)) order.Add(row);
        Tensor sum = zeros(order.Count, width).DetachFromDisposeScope();
        Span<float> total = MemoryMarshal.Cast<byte, float>(sum.bytes);
        foreach ((int[] rows, Tensor part) in parts)
        {
            using Tensor flat = part.contiguous();
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(flat.bytes);
            for (int i = 0; i < rows.Length; i++)
            {
                Span<float> into = total.Slice(places[rows[i]] * width, width);
                TensorPrimitives.Add(into, values.Slice(i * width, width), into);
            }
            part.Dispose();
        }
        return ([.. order], sum);
    }

    private void ForRows(int count, Action<int, int> work)
    {
        int chunks = (count + ChunkRows - 1) / ChunkRows;
        if (threads == 1 || chunks <= 1) work(0, count);
        else Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, c => work(c * ChunkRows, Math.Min(count, (c + 1) * ChunkRows)));
    }
}
