using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What linear fits take.</summary>
internal static class LinearCost
{
    /// <summary>Passes that touch each stored value once for each output.</summary>
    public static CostHint OfPasses(DataShape data, int passes)
    {
        long outputs = Math.Max(1, data.Outputs);
        return new CostHint((double)passes * data.StoredValues * outputs, (16L * data.Rows * outputs) + (24L * data.Features * outputs) + (1 << 20));
    }

    /// <summary>Iterations over all rows, held in memory once more, with a history of steps. They end by their tolerance, usually within 100.</summary>
    public static CostHint OfIterations(DataShape data, int iterations, int history)
    {
        long outputs = Math.Max(1, data.Outputs);
        return new CostHint(1.5 * Math.Min(iterations, 100) * data.StoredValues * outputs,
            (12L * data.StoredValues) + (64L * data.Rows) + (8L * (history + 8) * data.Features * outputs) + (1 << 20));
    }
}
