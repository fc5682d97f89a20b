namespace MLPipes.Trainers;

/// <summary>Remembers the best iteration by validation loss and tells when to give up.</summary>
/// <remarks>
/// Patience grows with the best iteration found, max(patience, 0.3 · best + 20), as AutoGluon's boosters have it: a slow learner gets
/// longer to recover. Evaluations thin out as boosting goes on (every iteration up to 50, every second up to 100, …), which keeps
/// their cost small and the best iteration exact to about 2 %.
/// </remarks>
internal sealed class EarlyStop(int patience)
{
    private int next = 1;

    /// <summary>The iteration with the smallest loss, from 1; 0 before the first evaluation.</summary>
    public int Best { get; private set; }

    /// <summary>The smallest loss.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>Whether iteration <paramref name="iteration"/> (from 1) is to be evaluated.</summary>
    public bool IsDue(int iteration) => iteration >= next;

    /// <summary>Takes the loss after <paramref name="iteration"/>; true when it is time to stop.</summary>
    public bool Observe(int iteration, double loss)
    {
        next = iteration + 1 + (iteration / 50);
        if (loss < BestLoss || Best == 0) (Best, BestLoss) = (iteration, double.IsNaN(loss) ? double.PositiveInfinity : loss);
        return iteration - Best >= Math.Max(patience, (0.3 * Best) + 20);
    }
}
