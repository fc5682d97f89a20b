namespace MLPipes.Trainers;

/// <summary>The never-falling function of a score that fits labels best by weighted least squares.</summary>
/// <remarks>
/// Pool adjacent violators over the rows in order of their scores, equal scores pooled first. Time O(rows log rows).
/// Source: Barlow, Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions, 1972, chapter 1.
/// </remarks>
internal static class IsotonicRegression
{
    /// <returns>The first and last score of each level, ascending, and the level at each; between them the function is read linearly.</returns>
    public static (float[] Knots, float[] Levels) Fit(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        float[] sorted = scores.ToArray();
        int[] rows = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(sorted, rows);
        // Blocks [first, last] of sorted scores with their weight and mean.
        List<(float First, float Last, double Weight, double Mean)> blocks = [];
        for (int i = 0; i < sorted.Length;)
        {
            float score = sorted[i];
            double weight = 0, sum = 0;
            for (; i < sorted.Length && sorted[i] == score; i++)
            {
                double w = weights.IsEmpty ? 1 : weights[rows[i]];
                weight += w;
                sum += w * labels[rows[i]];
            }
            if (weight == 0) continue;
            (float First, float Last, double Weight, double Mean) block = (score, score, weight, sum / weight);
            while (blocks.Count > 0 && blocks[^1].Mean >= block.Mean)
            {
                (float First, float Last, double Weight, double Mean) left = blocks[^1];
                double total = left.Weight + block.Weight;
                block = (left.First, block.Last, total, ((left.Weight * left.Mean) + (block.Weight * block.Mean)) / total);
                blocks.RemoveAt(blocks.Count - 1);
            }
            blocks.Add(block);
        }
        List<float> knots = [], levels = [];
        foreach ((float first, float last, _, double mean) in blocks)
        {
            knots.Add(first);
            levels.Add((float)mean);
            if (last == first) continue;
            knots.Add(last);
            levels.Add((float)mean);
        }
        return ([.. knots], [.. levels]);
    }
}
