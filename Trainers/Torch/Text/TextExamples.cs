namespace MLPipes.Trainers.Torch;

/// <summary>Rows of text with what is to be learned from them.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Targets">[rows]: class index, or the number as the network gives it.</param>
/// <param name="Weights">[rows], of mean 1; empty for equal ones.</param>
internal sealed record TextExamples(MLTask Task, WindowedRows Rows, float[] Targets, float[] Weights)
{
    /// <summary>Targets of some rows.</summary>
    public float[] TargetsAt(ReadOnlySpan<int> rows) => At(Targets, rows);

    /// <summary>Weights of some rows; empty for equal ones.</summary>
    public float[] WeightsAt(ReadOnlySpan<int> rows) => Weights.Length == 0 ? [] : At(Weights, rows);

    private static float[] At(float[] values, ReadOnlySpan<int> rows)
    {
        float[] taken = new float[rows.Length];
        for (int i = 0; i < taken.Length; i++) taken[i] = values[rows[i]];
        return taken;
    }
}
