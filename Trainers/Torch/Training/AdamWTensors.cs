using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>AdamW by tensor operations, for CUDA: weights that began together share flat running means, so that an update is few kernels.</summary>
internal sealed class AdamWTensors : IAdamWDense
{
    private readonly TrainedWeight?[] weights;
    private readonly AdamWSettings settings;
    private readonly Tensor?[] means, squares;
    private readonly int[] counts;
    private List<(int At, Tensor Gradient)> collected = [];

    public AdamWTensors(TrainedWeight?[] weights, AdamWSettings settings)
    {
        this.weights = weights;
        this.settings = settings;
        means = new Tensor?[weights.Length];
        squares = new Tensor?[weights.Length];
        counts = new int[weights.Length];
    }

    public double Collect(ReadOnlySpan<double> factors)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] is not { } weight || weight.Value.grad is not { } gradient) continue;
            weight.Value.grad = null;
            if (FusedAdamW.Factor(factors, i) == 0) gradient.Dispose();
            else collected.Add((i, gradient.DetachFromDisposeScope()));
        }
        if (collected.Count == 0) return 0;
        using DisposeScope scope = NewDisposeScope();
        return cat([.. collected.Select(c => c.Gradient.reshape(-1))]).square().sum(ScalarType.Float64).item<double>();
    }

    public void Step(double rate, double clip, ReadOnlySpan<double> factors)
    {
        using IDisposable off = no_grad();
        double[] each = factors.IsEmpty ? [.. Enumerable.Repeat(1.0, weights.Length)] : factors.ToArray();
        // Weights of one count, factor and decay are updated as one long vector; in practice that is two or three vectors.
        foreach (IGrouping<(int, double, bool), (int At, Tensor Gradient)> group in collected.GroupBy(c => (counts[c.At], each[c.At], weights[c.At]!.Decays)))
        {
            using DisposeScope scope = NewDisposeScope();
            int[] at = [.. group.Select(c => c.At)];
            (int count, double factor, bool decays) = group.Key;
            AdamWFactors f = AdamWFactors.Of(settings, decays, rate * factor, clip, count + 1);
            Tensor g = cat([.. group.Select(c => c.Gradient.reshape(-1))]).TimesInPlace(f.Clip);
            Tensor m = Flat(means, at), v = Flat(squares, at);
            m.TimesInPlace(f.Beta1).PlusInPlace(g, f.Add1);
            v.TimesInPlace(f.Beta2).PlusProductInPlace(g, g, f.Add2);
            Tensor change = m.Times(f.Rate).div_(v.sqrt().TimesInPlace(f.Root).PlusInPlace(f.Epsilon));
            if (f.Decay != 1) change.PlusInPlace(cat([.. at.Select(i => weights[i]!.Value.reshape(-1))]), 1 - f.Decay);
            long[] sizes = [.. at.Select(i => weights[i]!.Value.numel())];
            Tensor[] parts = change.split(sizes), meanParts = m.split(sizes), squareParts = v.split(sizes);
            for (int i = 0; i < at.Length; i++)
            {
                weights[at[i]]!.Value.sub_(parts[i].view(weights[at[i]]!.Value.shape));
                Keep(means, at[i], meanParts[i]);
                Keep(squares, at[i], squareParts[i]);
                counts[at[i]]++;
            }
        }
        Forget();
    }

    public void Forget()
    {
        foreach ((_, Tensor gradient) in collected) gradient.Dispose();
        collected = [];
    }

    public IReadOnlyList<(string Name, Tensor Value)> State()
    {
        List<(string, Tensor)> state = [("counts", tensor(Array.ConvertAll(counts, c => (float)c)))];
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] is { } weight && means[i] is { } mean) state.AddRange([($"m.{weight.Name}", mean), ($"v.{weight.Name}", squares[i]!)]);
        return state;
    }

    public void Restore(Func<string, float[]> read)
    {
        float[] made = read("counts");
        for (int i = 0; i < weights.Length; i++)
        {
            counts[i] = (int)made[i];
            if (weights[i] is not { } weight || counts[i] == 0) continue;
            Keep(means, i, tensor(read($"m.{weight.Name}"), device: weight.Value.device));
            Keep(squares, i, tensor(read($"v.{weight.Name}"), device: weight.Value.device));
        }
    }

    public void Dispose()
    {
        Forget();
        foreach (Tensor? state in (IEnumerable<Tensor?>)[.. means, .. squares]) state?.Dispose();
    }

    private Tensor Flat(Tensor?[] states, int[] at)
    {
        Tensor[] parts = [.. at.Select(i => states[i] ?? zeros(weights[i]!.Value.numel(), device: weights[i]!.Value.device))];
        return cat(parts);
    }

    private static void Keep(Tensor?[] states, int at, Tensor value)
    {
        states[at]?.Dispose();
        states[at] = value.DetachFromDisposeScope();
    }
}
