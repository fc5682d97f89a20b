namespace MLPipes.AutoSearch;

/// <summary>Seconds that a fit will take, extrapolated from fits of the same trainer before: its cost hint times its measured seconds per unit of cost.</summary>
/// <remarks>Cost hints get a trainer's growth right, not its constant, so that one trainer's pace says nothing of another's.</remarks>
internal sealed class Pace
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, double> byTrainer = new(StringComparer.Ordinal);

    /// <summary>Takes in one fit.</summary>
    public void Observe(string trainer, double flops, double seconds)
    {
        if (flops <= 0) return;
        lock (gate)
        {
            double rate = seconds / flops;
            // A first fit is slowed by what a process does once; a faster one afterwards says more.
            byTrainer[trainer] = byTrainer.TryGetValue(trainer, out double known) && known < rate ? (known + rate) / 2 : rate;
        }
    }

    /// <summary>Seconds that a fit will take; null before a fit of the trainer was timed.</summary>
    public double? Estimate(string trainer, double flops)
    {
        lock (gate) return byTrainer.TryGetValue(trainer, out double rate) ? rate * flops : null;
    }
}
