namespace MLPipes.Pipelines;

/// <summary>How labels look to a network: numbers as (label − center) · scale, with mean 0 and deviation 1; classes as they are.</summary>
/// <param name="Center">Mean of numbers; 0 for classes.</param>
/// <param name="Scale">One over the deviation of numbers; 1 where they are all the same, and for classes.</param>
internal readonly record struct LabelRange(float Center, float Scale)
{
    /// <summary>Classes as they are.</summary>
    public static LabelRange Classes { get; } = new(0, 1);

    /// <summary>That of the labels of <paramref name="set"/>.</summary>
    public static LabelRange Of(TrainingSet set)
    {
        if (set.Task != MLTask.Regression) return Classes;
        double sum = 0, squares = 0;
        foreach (float y in set.Labels) sum += y;
        double mean = sum / set.Rows;
        foreach (float y in set.Labels) squares += (y - mean) * (y - mean);
        double deviation = Math.Sqrt(squares / set.Rows);
        return new LabelRange((float)mean, deviation > 0 ? (float)(1 / deviation) : 1);
    }
}
