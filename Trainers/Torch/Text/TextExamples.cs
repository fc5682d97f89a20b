namespace MLPipes.Trainers.Torch;

/// <summary>Rows of text with what is to be learned from them.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Targets">[rows × target width]: class index, the number as the network gives it, or 0 and 1 for each of several labels.</param>
/// <param name="Weights">[rows], of mean 1; empty for equal ones.</param>
internal sealed record TextExamples(MLTask Task, WindowedRows Rows, float[] Targets, float[] Weights)
{
    /// <summary>Targets of a row; more than 1 where each label of several is told by itself, and the task is binary.</summary>
    public int TargetWidth => Rows.Count == 0 ? 1 : Targets.Length / Rows.Count;

    /// <summary>Targets of some rows.</summary>
    public float[] TargetsAt(ReadOnlySpan<int> rows) => At(Targets, rows, TargetWidth);

    /// <summary>Weights of some rows; empty for equal ones.</summary>
    public float[] WeightsAt(ReadOnlySpan<int> rows) => Weights.Length == 0 ? [] : At(Weights, rows, 1);

    private static float[] At(float[] values, ReadOnlySpan<int> rows, int width)
    {
        float[] taken = new float[rows.Length * width];
        for (int i = 0; i < rows.Length; i++) values.AsSpan(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        return taken;
    }
}
