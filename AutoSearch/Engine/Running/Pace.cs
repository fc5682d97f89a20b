namespace MLPipes.AutoSearch;

/// <summary>Seconds that a fit will take, extrapolated from fits before: a trainer's cost hint times its measured seconds per unit of cost.</summary>
internal sealed class Pace
{
    // A trainer that was never timed is judged by the others, with room for error: cost hints get growth right, not constants.
    private const double UnknownFactor = 3;

    private readonly Lock gate = new();
    private readonly Dictionary<string, double> byTrainer = new(StringComparer.Ordinal);

    /// <summary>Takes in one fit.</summary>
    public void Observe(string trainer, double flops, double seconds)
    {
        if (flops <= 0) return;
        lock (gate)
        {
            double rate = seconds / flops;
            byTrainer[trainer] = byTrainer.TryGetValue(trainer, out double known) ? (known + rate) / 2 : rate;
        }
    }

    /// <summary>Seconds that a fit will take; null before anything was timed.</summary>
    public double? Estimate(string trainer, double flops)
    {
        lock (gate)
        {
            if (byTrainer.TryGetValue(trainer, out double rate)) return rate * flops;
            if (byTrainer.Count == 0) return null;
            double[] rates = [.. byTrainer.Values.Order()];
            return rates[rates.Length / 2] * flops * UnknownFactor;
        }
    }
}
