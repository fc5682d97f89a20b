using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>AdamW with decoupled weight decay: on the processor one vectorised pass over memory on several threads, on CUDA tensor operations.</summary>
/// <remarks>
/// Results do not depend on the number of threads. A weight without a gradient, or whose factor is 0, is left alone, and its own count of updates
/// with it. The table of <see cref="WordRows"/> is updated by rows, see <see cref="AdamWRows"/>: call <see cref="CatchUp"/> before it is read
/// by anything but <see cref="WordRows.Look"/>.
/// </remarks>
internal sealed class FusedAdamW : IDisposable
{
    private readonly IReadOnlyList<TrainedWeight> weights;
    private readonly IAdamWDense dense;
    private readonly AdamWRows? rows;
    private readonly int rowsAt = -1;

    /// <summary>An optimizer at its start.</summary>
    /// <param name="weights">All on one device, float32 and contiguous.</param>
    /// <param name="settings">AdamW's constants.</param>
    /// <param name="words">The table to be updated by rows, which is one of the weights; null for none.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    public FusedAdamW(IReadOnlyList<TrainedWeight> weights, AdamWSettings settings, WordRows? words = null, int threads = 1)
    {
        this.weights = weights;
        foreach (TrainedWeight weight in weights)
            if (weight.Value.dtype != ScalarType.Float32 || !weight.Value.is_contiguous())
                throw new ArgumentException($"Weight '{weight.Name}' is {weight.Value.dtype}{(weight.Value.is_contiguous() ? "" : ", not contiguous")}; contiguous float32 is needed.", nameof(weights));
        bool isOnCpu = weights.All(w => w.Value.device_type == DeviceType.CPU);
        if (isOnCpu && words is not null)
        {
            for (int i = 0; i < weights.Count; i++) if (weights[i].Value.Handle == words.Table.Handle) rowsAt = i;
            if (rowsAt >= 0) rows = new AdamWRows(words, settings, weights[rowsAt].Decays, threads);
        }
        TrainedWeight?[] rest = [.. weights.Select((w, i) => i == rowsAt ? null : w)];
        dense = isOnCpu ? new AdamWMemory(rest, settings, threads) : new AdamWTensors(rest, settings);
    }

    /// <summary>Updates so far.</summary>
    public int Steps { get; private set; }

    /// <summary>One update from the gradients at hand, which are used up.</summary>
    /// <param name="rate">Learning rate.</param>
    /// <param name="clipNorm">Longest gradient over all weights; a longer one is scaled down to it.</param>
    /// <param name="factors">Factor of the rate of each weight, [weights]; 0 leaves a weight alone. Empty: all 1.</param>
    /// <returns>The length of the gradient before clipping; not finite where a gradient is not, and then nothing was updated.</returns>
    public double Step(double rate, double clipNorm = double.PositiveInfinity, ReadOnlySpan<double> factors = default)
    {
        // Square sums of parts in a fixed order: the same on any number of threads.
        bool hasRows = rows is not null && weights[rowsAt].Value.requires_grad && Factor(factors, rowsAt) > 0;
        double norm = Math.Sqrt(dense.Collect(factors) + (hasRows ? rows!.Collect() : 0));
        if (!double.IsFinite(norm))
        {
            dense.Forget();
            rows?.Forget();
            return norm;
        }
        double clip = norm > clipNorm ? clipNorm / (norm + 1e-6) : 1;
        dense.Step(rate, clip, factors);
        if (hasRows) rows!.Step(rate * Factor(factors, rowsAt), clip);
        Steps++;
        return norm;
    }

    /// <summary>Makes the updates of rows that were put off: the weights are then what a dense optimizer would have made them.</summary>
    public void CatchUp() => rows?.CatchUp();

    /// <summary>All that an optimizer must know to go on, caught up: running means and counts.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State()
    {
        CatchUp();
        return [.. dense.State(), .. rows?.State() ?? []];
    }

    /// <summary>Goes on from a <see cref="State"/>.</summary>
    /// <param name="read">The values of a name.</param>
    /// <param name="steps">Updates made until then.</param>
    public void Restore(Func<string, float[]> read, int steps)
    {
        dense.Restore(read);
        rows?.Restore(read);
        Steps = steps;
    }

    public void Dispose()
    {
        dense.Dispose();
        rows?.Dispose();
    }

    internal static double Factor(ReadOnlySpan<double> factors, int at) => factors.IsEmpty ? 1 : factors[at];
}
