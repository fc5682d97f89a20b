namespace MLPipes.AutoSearch;

/// <summary>What is known of one trainer: a fold over its outcomes.</summary>
internal sealed class TrainerRecord
{
    private int setbacks;
    private int late;
    private int paid;
    private double cost;
    private double wholeCost;
    private double wholeFlops;

    /// <summary>The best trial; null before one completed.</summary>
    public TrialEvent.Completed? Best { get; private set; }

    /// <summary>What a trial of it costs, by those that were run.</summary>
    public double UsualCost => paid > 0 ? cost / paid : 1;

    /// <summary>A trainer that only ever failed or was given up is not tried again and again.</summary>
    public bool IsHopeless => Best is null && (setbacks >= 2 || late >= 3);

    /// <summary>What a trial that takes <paramref name="flops"/> a fit will cost, by those run to their end; 0 before there was one.</summary>
    public double CostOf(double flops) => wholeFlops > 0 ? wholeCost / wholeFlops * flops : 0;

    /// <summary>Takes in an outcome, what it cost and what a fit of it was expected to take.</summary>
    public void Observe(TrialEvent outcome, double costs, double flops)
    {
        if (outcome is TrialEvent.Completed)
        {
            wholeCost += costs;
            wholeFlops += flops;
        }
        if (outcome is TrialEvent.Completed or TrialEvent.Dropped)
        {
            paid++;
            cost += costs;
        }
        switch (outcome)
        {
            case TrialEvent.Completed completed:
                if (Best is null || completed.Loss < Best.Loss) Best = completed;
                break;
            case TrialEvent.Skipped { IsForTime: true }:
                // Once is a large configuration; again and again, the trainer is too slow for what time there is.
                late++;
                break;
            default:
                setbacks++;
                break;
        }
    }
}
